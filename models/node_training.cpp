#include "models/node_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "models/defaults.h"
#include "optim/optimizers.h"

namespace cairn {

namespace {

const TrainConfig& checked(const TrainConfig& config, const Dataset& dataset) {
  default_config(config.model);  // an unknown name fails here
  check_config(config);
  if (dataset.labels.empty() || dataset.class_count() == 0) {
    throw InputError(dataset.name, 0, "expected labels to train a node classifier with (labels.csv), found none");
  }
  return config;
}

Rng run_rng(std::uint64_t seed) { return Rng(seed).split("run"); }

/// A number that another graph, other labels or other features are not likely to share.
std::uint64_t fingerprint(const Dataset& dataset) {
  std::uint64_t hash = static_cast<std::uint64_t>(dataset.node_count());
  const auto add = [&hash](std::uint64_t value) { hash = mix_bits(hash ^ value) + 1; };
  for (const EdgeId offset : dataset.graph.offsets()) add(static_cast<std::uint64_t>(offset));
  for (const NodeId target : dataset.graph.targets()) add(static_cast<std::uint64_t>(target));
  for (const std::int32_t label : dataset.labels) add(static_cast<std::uint64_t>(label));
  add(static_cast<std::uint64_t>(feature_width(dataset.features)));
  return hash;
}

TrainOptions train_options(const TrainConfig& config, std::uint64_t seed) {
  return {.epochs = config.epochs,
          .patience = config.patience,
          .learning_rate = config.learning_rate,
          .schedule = {.name = config.schedule,
                       .every = config.schedule_every,
                       .factor = config.schedule_factor,
                       .floor = config.schedule_factor},
          .clip_norm = config.clip,
          .seed = seed};
}

OptimizerOptions optimizer_options(const TrainConfig& config) {
  OptimizerOptions options;
  options.name = config.optimizer;
  options.weight_decay = static_cast<Real>(config.weight_decay);
  options.momentum = static_cast<Real>(config.momentum);
  return options;
}

bool better(const EpochQuality& a, const EpochQuality& b) {
  return a.score > b.score || (a.score == b.score && a.tie_break > b.tie_break);
}

}  // namespace

NodeTraining::Run::Run(const NodeTraining& training, Index index)
    : seed(training.config().seed + static_cast<std::uint64_t>(index)),
      task(training.dataset_.labels, training.dataset_.class_count(), training.split_of(index)),
      model(
          make_model(training.config(), training.feature_plan().width, task.out_width(), run_rng(seed).split("model"))),
      optimizer(make_optimizer(optimizer_options(training.config()))),
      trainer(*model, task, *training.input_, *optimizer, train_options(training.config(), run_rng(seed).key())) {}

NodeTraining::NodeTraining(const Dataset& dataset, const TrainConfig& config) : dataset_(dataset) {
  description_.config = checked(config, dataset);
  description_.plan = plan_features(dataset, config);
  description_.class_names = dataset.class_names;
  description_.directed = dataset.graph.directed();
  input_.emplace(prepare_input(dataset, description_.plan));
  run_ = std::make_unique<Run>(*this, 0);
}

Split NodeTraining::split_of(Index seed_index) const {
  if (!dataset_.splits.empty()) {
    return dataset_.splits[static_cast<std::size_t>(seed_index) % dataset_.splits.size()];
  }
  const TrainConfig& c = config();
  const SplitOptions options{.train_per_class = c.train_per_class,
                             .validation_count = c.validation_count,
                             .test_count = c.test_count,
                             .train_ratio = c.train_ratio,
                             .validation_ratio = c.validation_ratio,
                             .test_ratio = c.test_ratio,
                             .stratified = c.stratified,
                             .whole_graphs = c.split_graphs};
  Rng rng = Rng(c.seed + static_cast<std::uint64_t>(seed_index)).split("split");
  return make_split(dataset_.labels, dataset_.graph_of_node, options, rng);
}

bool NodeTraining::done() const { return static_cast<Index>(results_.size()) >= config().seeds; }

std::uint64_t NodeTraining::current_seed() const { return run_->seed; }

Index NodeTraining::parameter_count() const { return cairn::parameter_count(*run_->model); }

const EpochRecord& NodeTraining::advance() {
  if (run_->trainer.done()) run_ = std::make_unique<Run>(*this, static_cast<Index>(results_.size()));
  const EpochRecord& record = run_->trainer.advance();
  history_.push_back({run_->seed, record});
  if (run_->trainer.done()) finish_seed();
  return history_.back().record;
}

void NodeTraining::finish_seed() {
  // The running weights are kept beside the best ones: a longer run may be asked for later.
  NamedTensors state;
  run_->trainer.save(state, "");
  run_->trainer.restore_best();
  Tensor scores;
  {
    const WithoutGradients without_gradients;
    scores = run_->model->embed(*input_, Pass::evaluation()).value();
  }
  const auto metrics_of = [&](Part part) {
    return run_->task.has(part) ? run_->task.evaluate(scores, part) : Metrics{};
  };
  const bool best = std::all_of(results_.begin(), results_.end(), [&](const SeedResult& result) {
    return better(run_->trainer.best_quality(), result.quality);
  });
  results_.push_back({.seed = run_->seed,
                      .epochs_run = run_->trainer.epochs_run(),
                      .best_epoch = run_->trainer.best_epoch(),
                      .quality = run_->trainer.best_quality(),
                      .train = metrics_of(Part::train),
                      .validation = metrics_of(Part::validation),
                      .test = metrics_of(Part::test)});
  if (best) save_weights(*run_->model, best_weights_);
  run_->trainer.restore(state, "");
}

NamedTensors NodeTraining::save() const {
  NamedTensors saved = best_weights_;
  save_description(description_, saved);
  saved.metadata["training.dataset"] = fmt::format("{:016x}", fingerprint(dataset_));
  save_results(results_, saved);
  save_history(history_, saved);
  saved.metadata["training.seed"] = fmt::format("{}", run_->seed);
  run_->trainer.save(saved, "training.");
  if (results_.empty()) run_->trainer.save_best(saved, "model.");
  return saved;
}

void NodeTraining::resume(const NamedTensors& from) {
  const TrainConfig before = load_config(from);
  for (const ConfigField& field : config_fields()) {
    const std::string then = field_text(before, field);
    const std::string now = field_text(config(), field);
    const bool may_differ = field.name == "epochs" || field.name == "seeds" || field.name == "patience";
    if (then != now && !may_differ) {
      throw UsageError(
          fmt::format("--resume: the run was started with {} {}, expected the same, found {}", field.name, then, now));
    }
  }
  if (find_metadata(from, "training.dataset") != fmt::format("{:016x}", fingerprint(dataset_))) {
    throw UsageError("--resume: the run was started on another dataset");
  }
  if (config().schedule == "cosine" && before.epochs != config().epochs) {
    throw UsageError(fmt::format("--resume: a cosine spans all epochs: expected --epochs {}, found {}", before.epochs,
                                 config().epochs));
  }
  results_ = load_results(from);
  history_ = load_history(from);
  if (static_cast<Index>(results_.size()) > config().seeds) {
    throw UsageError(fmt::format("--resume: {} seeds are finished, expected at least as many, found {}",
                                 results_.size(), config().seeds));
  }
  const auto started = static_cast<Index>(history_.empty() ? 0 : history_.back().seed - config().seed);
  run_ = std::make_unique<Run>(*this, started);
  run_->trainer.restore(from, "training.");
  if (run_->trainer.epochs_run() > config().epochs) {
    throw UsageError(fmt::format("--resume: {} epochs are done, expected at least as many, found {}",
                                 run_->trainer.epochs_run(), config().epochs));
  }
  if (!results_.empty() && (before.epochs != config().epochs || before.patience != config().patience)) {
    if (started > 0 || config().seeds > 1) {
      throw UsageError(
          "--resume: finished runs with several seeds can be given more seeds, not other epochs or patience");
    }
    if (!run_->trainer.done()) results_.clear();
  }
  best_weights_ = {};
  for (const auto& [name, array] : from.arrays) {
    if (!results_.empty() && name.starts_with("model.")) best_weights_.arrays[name] = array;
  }
  // Less patience may end a seed that was under way.
  if (static_cast<Index>(results_.size()) == started && run_->trainer.done()) finish_seed();
}

}  // namespace cairn
