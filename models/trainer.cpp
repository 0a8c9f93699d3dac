#include "models/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/subnormals.h"
#include "tensor/storage.h"

namespace cairn {

Trainer::Trainer(const Model& model, const Task& task, InputSource& input, Optimizer& optimizer,
                 const TrainOptions& options)
    : model_(model),
      task_(task),
      input_(input),
      optimizer_(optimizer),
      options_(options),
      parameters_(parameters_of(model)) {
  for (NamedParameter& parameter : parameters_of(task)) {
    parameter.name = "task." + parameter.name;
    parameters_.push_back(std::move(parameter));
  }
  rate_share(options_.schedule, 0, options_.epochs);  // an unknown schedule fails before any work
  if (options_.batches.size == 0) return;
  auto form = model.batch_form();
  const std::span<const NodeId> nodes = task.nodes(Part::train);
  if (!form || nodes.empty()) {
    throw UsageError(
        "batches: expected a model of layers over neighbors and of paths, and a task that learns from single nodes");
  }
  batches_.emplace(std::move(*form), nodes,
                   BatchOptions{.size = options_.batches.size,
                                .fan_outs = options_.batches.fan_outs,
                                .path_fan_out = options_.batches.path_fan_out,
                                .seed = options_.seed});
}

bool Trainer::done() const {
  if (epochs_run_ >= options_.epochs) return true;
  return options_.patience > 0 && task_.has(Part::validation) && epochs_run_ - last_progress_ >= options_.patience;
}

Variable Trainer::loss_of(Index epoch, Index batch) {
  const ModelInput& whole = input_.at(epoch);
  if (!batches_) {
    const Pass pass = Pass::training(options_.seed, epoch);
    return task_.loss(model_.embed(whole, pass), pass);
  }
  const Pass pass = Pass::training(options_.seed, epoch * batches_->count() + batch);
  const std::span<const NodeId> nodes = batches_->nodes(epoch, batch);
  return task_.batch_loss(model_.embed(batches_->input(whole, nodes, epoch), pass), nodes, pass);
}

const EpochRecord& Trainer::advance() {
  const FlushSubnormals flush;
  const Index epoch = epochs_run_;
  const double rate = options_.learning_rate * rate_share(options_.schedule, epoch, options_.epochs);
  const Index steps = batches_ ? batches_->count() : 1;
  last_ = {.epoch = epoch + 1, .train_loss = 0, .learning_rate = rate, .validation = {}};
  for (Index step = 0; step < steps; ++step) {
    {
      const Variable loss = loss_of(epoch, step);
      const auto value = static_cast<double>(loss.value().item());
      if (!std::isfinite(value)) report_bad_numbers(epoch, step);
      last_.train_loss += value * (batches_ ? batches_->share(step) : 1);
      backward(loss);
    }
    clip_gradients(parameters_, options_.clip_norm);
    optimizer_.step(parameters_, static_cast<Real>(rate));
    clear_gradients(parameters_);
    // No two batches are of one size, and the pool, which keeps buffers by exact size, would hoard them all.
    if (batches_) release_pooled_memory();
  }
  ++epochs_run_;
  if (task_.has(Part::validation)) {
    const WithoutGradients without_gradients;
    const ModelInput input = input_.at(epoch).judged_at(task_.nodes(Part::validation));
    last_.validation = task_.evaluate(model_.embed(input, Pass::evaluation()).value(), Part::validation);
  }
  keep_if_best();
  return last_;
}

void Trainer::keep_if_best() {
  const bool judged = task_.has(Part::validation);
  const EpochQuality quality = judged ? task_.quality(last_.validation) : EpochQuality{};
  const bool first = best_values_.empty();
  const bool better =
      quality.score > best_.score || (quality.score == best_.score && quality.tie_break > best_.tie_break);
  if (first || better || !judged) {
    best_ = quality;
    best_epoch_ = epochs_run_;
    if (first) {
      for (const NamedParameter& parameter : parameters_) best_values_.push_back(parameter.value.value().clone());
    } else {
      for (std::size_t p = 0; p < parameters_.size(); ++p) {
        const auto now = parameters_[p].value.value().values();
        std::copy(now.begin(), now.end(), best_values_[p].data());
      }
    }
  }
  if (first || quality.score >= best_.score || quality.tie_break >= highest_tie_break_) last_progress_ = epochs_run_;
  highest_tie_break_ = first ? quality.tie_break : std::max(highest_tie_break_, quality.tie_break);
}

void Trainer::restore_best() {
  for (std::size_t p = 0; p < best_values_.size(); ++p) {
    const auto best = best_values_[p].values();
    std::copy(best.begin(), best.end(), parameters_[p].value.mutable_value().data());
  }
}

void Trainer::report_bad_numbers(Index epoch, Index batch) {
  for (const NamedParameter& parameter : parameters_) {
    if (!all_finite(parameter.value.value())) {
      throw NumericError(fmt::format("epoch {}: parameter {} is not finite; try a smaller --learning-rate or --clip",
                                     epoch + 1, parameter.name));
    }
  }
  try {
    const CheckNumbers check;
    loss_of(epoch, batch);  // the same draws: the same numbers go bad again
  } catch (const NumericError& error) {
    throw NumericError(fmt::format("epoch {}: {}", epoch + 1, error.what()));
  }
  throw NumericError(fmt::format("epoch {}: the loss is not finite", epoch + 1));
}

void Trainer::save_best(NamedTensors& to, const std::string& prefix) const {
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    const Tensor& best = best_values_.empty() ? parameters_[p].value.value() : best_values_[p];
    to.arrays[prefix + parameters_[p].name] = to_stored(best);
  }
}

void Trainer::save(NamedTensors& to, const std::string& prefix) const {
  save_best(to, prefix + "best.");
  for (const NamedParameter& parameter : parameters_) {
    to.arrays[prefix + "now." + parameter.name] = to_stored(parameter.value.value());
  }
  for (const auto& [name, tensor] : optimizer_.state()) to.arrays[prefix + "optimizer." + name] = to_stored(tensor);
  to.arrays[prefix + "counts"] = {Shape{3}, std::vector<std::int64_t>{epochs_run_, best_epoch_, last_progress_}};
  to.arrays[prefix + "quality"] = {
      Shape{4}, std::vector<double>{best_.score, best_.tie_break, highest_tie_break_, last_.train_loss}};
}

void Trainer::restore(const NamedTensors& from, const std::string& prefix) {
  const auto load_into = [&](const std::string& name, Tensor& tensor) {
    const Tensor stored = to_tensor(find_array(from, name));
    if (stored.shape() != tensor.shape()) {
      throw Error(fmt::format("tensor '{}': expected {}, found {}", name, to_string(tensor.shape()),
                              to_string(stored.shape())));
    }
    std::copy(stored.values().begin(), stored.values().end(), tensor.data());
  };
  const auto* counts = std::get_if<std::vector<std::int64_t>>(&find_array(from, prefix + "counts").values);
  const auto* quality = std::get_if<std::vector<double>>(&find_array(from, prefix + "quality").values);
  if (counts == nullptr || counts->size() != 3 || quality == nullptr || quality->size() != 4) {
    throw Error(fmt::format("tensor '{}counts' or '{}quality': not what a trainer writes", prefix, prefix));
  }
  epochs_run_ = static_cast<Index>((*counts)[0]);
  best_epoch_ = static_cast<Index>((*counts)[1]);
  last_progress_ = static_cast<Index>((*counts)[2]);
  best_ = {.score = (*quality)[0], .tie_break = (*quality)[1]};
  highest_tie_break_ = (*quality)[2];
  last_ = {.epoch = epochs_run_, .train_loss = (*quality)[3], .learning_rate = 0, .validation = {}};
  best_values_.clear();
  for (const NamedParameter& parameter : parameters_) {
    load_into(prefix + "now." + parameter.name, parameter.value.mutable_value());
    if (epochs_run_ == 0) continue;
    best_values_.push_back(parameter.value.value().clone());
    load_into(prefix + "best." + parameter.name, best_values_.back());
  }
  Optimizer::State state;
  const std::string optimizer_prefix = prefix + "optimizer.";
  for (auto entry = from.arrays.lower_bound(optimizer_prefix);
       entry != from.arrays.end() && entry->first.starts_with(optimizer_prefix); ++entry) {
    state[entry->first.substr(optimizer_prefix.size())] = to_tensor(entry->second);
  }
  optimizer_.restore(state);
}

}  // namespace cairn
