#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "core/error.h"
#include "models/search/supernet_search.h"

// What an interrupted search keeps: "<prefix>weights.*", "alpha.*", both optimizers, the count of steps, and a record a
// decision, from which the taken options follow.
namespace cairn {

namespace {

StoredArray stored(const std::vector<double>& values) { return {Shape{static_cast<Index>(values.size())}, values}; }

template <class Number>
std::vector<Number> loaded(const NamedTensors& from, const std::string& name) {
  const auto* values = std::get_if<std::vector<Number>>(&find_array(from, name).values);
  if (values == nullptr) throw Error(fmt::format("tensor '{}': not what a search writes", name));
  return *values;
}

void load_into(const NamedTensors& from, const std::string& name, Tensor& tensor) {
  const Tensor values = to_tensor(find_array(from, name));
  if (values.shape() != tensor.shape()) {
    throw Error(
        fmt::format("tensor '{}': expected {}, found {}", name, to_string(tensor.shape()), to_string(values.shape())));
  }
  std::copy(values.values().begin(), values.values().end(), tensor.data());
}

Optimizer::State optimizer_state(const NamedTensors& from, const std::string& prefix) {
  Optimizer::State state;
  for (auto entry = from.arrays.lower_bound(prefix); entry != from.arrays.end() && entry->first.starts_with(prefix);
       ++entry) {
    state[entry->first.substr(prefix.size())] = to_tensor(entry->second);
  }
  return state;
}

}  // namespace

void SupernetSearch::save(NamedTensors& to, const std::string& prefix) const {
  for (const NamedParameter& parameter : parameters_) {
    to.arrays[prefix + "weights." + parameter.name] = to_stored(parameter.value.value());
  }
  for (const NamedParameter& alpha : alphas_) to.arrays[prefix + alpha.name] = to_stored(alpha.value.value());
  for (const auto& [name, tensor] : weight_optimizer_->state()) {
    to.arrays[prefix + "weight_optimizer." + name] = to_stored(tensor);
  }
  for (const auto& [name, tensor] : alpha_optimizer_->state()) {
    to.arrays[prefix + "alpha_optimizer." + name] = to_stored(tensor);
  }
  const auto count = static_cast<std::int64_t>(records_.size());
  to.arrays[prefix + "counts"] = {Shape{2}, std::vector<std::int64_t>{steps_run_, count}};
  to.arrays[prefix + "train_loss"] = stored({train_loss_});
  for (std::size_t r = 0; r < records_.size(); ++r) {
    const std::string name = fmt::format("{}record.{}.", prefix, r);
    const DecisionRecord& record = records_[r];
    to.arrays[name + "choice"] = {Shape{3}, std::vector<std::int64_t>{record.decision, record.chosen, record.step}};
    to.arrays[name + "weights"] = stored(record.weights);
    to.arrays[name + "masked_loss"] = stored(record.masked_loss);
    to.arrays[name + "masked_score"] = stored(record.masked_score);
  }
}

void SupernetSearch::restore(const NamedTensors& from, const std::string& prefix) {
  const auto counts = loaded<std::int64_t>(from, prefix + "counts");
  const auto loss = loaded<double>(from, prefix + "train_loss");
  if (counts.size() != 2 || loss.size() != 1) {
    throw Error(fmt::format("tensor '{}counts': not what a search writes", prefix));
  }
  for (const NamedParameter& parameter : parameters_) {
    load_into(from, prefix + "weights." + parameter.name, parameter.value.mutable_value());
  }
  for (const NamedParameter& alpha : alphas_) load_into(from, prefix + alpha.name, alpha.value.mutable_value());
  weight_optimizer_->restore(optimizer_state(from, prefix + "weight_optimizer."));
  alpha_optimizer_->restore(optimizer_state(from, prefix + "alpha_optimizer."));
  steps_run_ = static_cast<Index>(counts[0]);
  train_loss_ = loss[0];
  std::fill(taken_.begin(), taken_.end(), Index{-1});
  records_.clear();
  for (std::int64_t r = 0; r < counts[1]; ++r) {
    const std::string name = fmt::format("{}record.{}.", prefix, r);
    const auto choice = loaded<std::int64_t>(from, name + "choice");
    if (choice.size() != 3) throw Error(fmt::format("tensor '{}choice': not what a search writes", name));
    decide({.decision = static_cast<Index>(choice[0]),
            .chosen = static_cast<Index>(choice[1]),
            .step = static_cast<Index>(choice[2]),
            .weights = loaded<double>(from, name + "weights"),
            .masked_loss = loaded<double>(from, name + "masked_loss"),
            .masked_score = loaded<double>(from, name + "masked_score")});
  }
}

}  // namespace cairn
