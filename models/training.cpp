#include "models/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/subnormals.h"
#include "models/batch_plan.h"
#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/models.h"
#include "models/position_plan.h"
#include "models/problem.h"
#include "models/run_input.h"
#include "optim/optimizers.h"
#include "tensor/storage.h"

namespace cairn {

namespace {

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
          .batches = {.size = config.batch_size, .fan_outs = fan_outs(config), .path_fan_out = config.path_fan_out},
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

/// Nodes of all parts; none where one of them judges something else.
std::vector<NodeId> judged_nodes(const Task& task) {
  std::vector<NodeId> judged;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    const std::span<const NodeId> nodes = task.nodes(part);
    if (nodes.empty() && task.has(part)) return {};
    judged.insert(judged.end(), nodes.begin(), nodes.end());
  }
  return judged;
}

/// Coordinates of a dataset, on whose nodes some looks from the anchors.
using CoordinateSource = std::function<Coordinates(const Dataset&, const PositionInput*)>;

/// Positions from anchors that are the same for the run, or drawn anew at each step, and coordinates.
class RunInput : public InputSource {
 public:
  /// coordinates: empty where nothing reads them.
  RunInput(ModelInput base, const Dataset& dataset, std::optional<PositionPlan> plan, CoordinateSource coordinates)
      : input_(std::move(base)),
        base_(input_),
        dataset_(dataset),
        plan_(std::move(plan)),
        coordinates_(std::move(coordinates)) {
    if (plan_) {
      place(0);
    } else if (coordinates_) {
      input_ = base_.with_coordinates(coordinates_(dataset_, nullptr));
    }
  }

  const ModelInput& at(Index step) override {
    if (plan_ && plan_->redrawn && step != step_) place(step);
    return input_;
  }

 private:
  void place(Index step) {
    input_ = base_.with_position(prepare_position(*plan_, dataset_, anchors_at(*plan_, dataset_, step)));
    if (coordinates_) input_ = input_.with_coordinates(coordinates_(dataset_, &input_.position()));
    step_ = step;
  }

  ModelInput input_;
  ModelInput base_;
  const Dataset& dataset_;
  std::optional<PositionPlan> plan_;
  CoordinateSource coordinates_;
  Index step_ = 0;
};

}  // namespace

struct Training::Run {
  Run(const Training& training, Index index);

  std::uint64_t seed;
  Problem problem;
  FeaturePlan features;
  std::optional<PositionPlan> position;
  RunInput input;
  ModelExtents extents;
  std::unique_ptr<Model> model;
  std::unique_ptr<Optimizer> optimizer;
  Trainer trainer;

  const Dataset& data(const Training& training) const { return problem.data(training.dataset_); }
  Index slots() { return position ? input.at(0).position().slot_count() : 0; }
  Index depth(const Training& training) {
    return position ? depth_of_paths(training.config_, input.at(0).position()) : 0;
  }
  Index attention_biases() {
    const ModelInput& first = input.at(0);
    return first.has_attention() ? first.attention().op->bias_count() : 0;
  }
  /// The input of the best epoch so far.
  const ModelInput& best_input() { return input.at(std::max<Index>(trainer.best_epoch() - 1, 0)); }
};

Training::Run::Run(const Training& training, Index index)
    : seed(training.config_.seed + static_cast<std::uint64_t>(index)),
      problem(make_problem(training.dataset_, training.config_, seed, index)),
      features(plan_features(data(training), training.config_)),
      position(looks_from_anchors(training.config_)
                   ? std::optional(training.position_plan(data(training), problem.anchors, seed))
                   : std::nullopt),
      input(prepare_run_input(data(training), features, training.config_), data(training), position,
            training.coordinate_source()),
      extents(with_encodings({.in = features.width,
                              .out = problem.task->out_width(),
                              .nodes = data(training).node_count(),
                              .slots = slots(),
                              .depth = depth(training),
                              .features = features.features,
                              .attention_biases = attention_biases()},
                             training.config_, input.at(0), run_rng(seed).split("encodings").key())),
      model(make_model(training.config_, extents, run_rng(seed).split("model"))),
      optimizer(make_optimizer(optimizer_options(training.config_))),
      trainer(*model, *problem.task, input, *optimizer, train_options(training.config_, run_rng(seed).key())) {}

Training::Training(const Dataset& dataset, const TrainConfig& config, PathSource source,
                   std::optional<Coordinates> given)
    : dataset_(dataset),
      config_(settled_config(config, dataset)),
      source_(std::move(source)),
      given_(std::move(given)),
      run_(std::make_unique<Run>(*this, 0)) {}

Training::~Training() = default;

bool Training::done() const { return static_cast<Index>(results_.size()) >= config_.seeds; }

PositionPlan Training::position_plan(const Dataset& data, std::span<const NodeId> given, std::uint64_t seed) const {
  PositionPlan plan = plan_position(data, given, config_, seed);
  plan.source = source_;
  return plan;
}

std::function<Coordinates(const Dataset&, const PositionInput*)> Training::coordinate_source() const {
  if (!reads_coordinates(config_.model)) return {};
  return [this](const Dataset& data, const PositionInput* position) {
    return make_coordinates(config_, data, position, given_);
  };
}

const FeaturePlan& Training::feature_plan() const { return run_->features; }

const AnchorSet* Training::anchors() const {
  return run_->position ? &run_->best_input().position().anchors() : nullptr;
}

const Coordinates* Training::coordinates() const {
  const ModelInput& input = run_->best_input();
  return input.has_coordinates() ? input.coordinates().get() : nullptr;
}

std::uint64_t Training::current_seed() const { return run_->seed; }

Index Training::parameter_count() const { return cairn::parameter_count(*run_->model); }

void Training::start_run(Index index) {
  run_.reset();  // else two seeds would be held at once
  // Other anchors, links and negatives ask for buffers of other sizes, beside which those of this seed would stay idle.
  release_pooled_memory();
  run_ = std::make_unique<Run>(*this, index);
}

const EpochRecord& Training::advance() {
  if (run_->trainer.done()) {
    start_run(static_cast<Index>(results_.size()));
  }
  const EpochRecord& record = run_->trainer.advance();
  history_.push_back({run_->seed, record});
  if (run_->trainer.done()) finish_seed();
  return history_.back().record;
}

Tensor Training::best_rows() const {
  // The running weights are put back: a longer run may be asked for later.
  NamedTensors state;
  run_->trainer.save(state, "");
  run_->trainer.restore_best();
  const FlushSubnormals flush;
  const WithoutGradients without_gradients;
  Tensor rows = run_->model->embed(run_->best_input(), Pass::evaluation()).value().clone();
  run_->trainer.restore(state, "");
  return rows;
}

void Training::finish_seed() {
  NamedTensors state;
  run_->trainer.save(state, "");
  run_->trainer.restore_best();
  Tensor rows;
  {
    const FlushSubnormals flush;
    const WithoutGradients without_gradients;
    rows =
        run_->model->embed(run_->best_input().judged_at(judged_nodes(*run_->problem.task)), Pass::evaluation()).value();
  }
  const auto metrics_of = [&](Part part) {
    return run_->problem.task->has(part) ? run_->problem.task->evaluate(rows, part) : Metrics{};
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
  if (best) best_ = description_of(*run_);
  run_->trainer.restore(state, "");
}

NamedTensors Training::description_of(const Run& run) const {
  const Dataset& data = run.data(*this);
  NamedTensors saved;
  save_description({.config = config_,
                    .plan = run.features,
                    .class_names = is_node_task(config_.task) ? data.class_names : std::vector<std::string>{},
                    .directed = data.graph.directed(),
                    .nodes = data.node_count(),
                    .slots = run_->slots(),
                    .out = run.problem.task->out_width(),
                    .axes = run.extents.axes,
                    .encodings = run.extents.encodings,
                    .attention_biases = run.extents.attention_biases,
                    .model = nullptr},
                   saved);
  if (run.position) {
    save_position_plan(*run.position, saved);
    save_anchors(run_->best_input().position().anchors(), data, saved);
  }
  run.trainer.save_best(saved, "model.");
  return saved;
}

NamedTensors Training::save() const {
  NamedTensors saved = results_.empty() ? description_of(*run_) : best_;
  saved.metadata["training.dataset"] = fmt::format("{:016x}", fingerprint(dataset_));
  save_results(results_, saved);
  save_history(history_, saved);
  saved.metadata["training.seed"] = fmt::format("{}", run_->seed);
  run_->trainer.save(saved, "training.");
  return saved;
}

void Training::resume(const NamedTensors& from) {
  const TrainConfig before = load_config(from);
  for (const ConfigField& field : config_fields()) {
    const std::string then = field_text(before, field);
    const std::string now = field_text(config_, field);
    const bool may_differ = field.name == "epochs" || field.name == "seeds" || field.name == "patience" ||
                            field.name == "recompute";  // which changes no bit
    if (then != now && !may_differ) {
      throw UsageError(
          fmt::format("--resume: the run was started with {} {}, expected the same, found {}", field.name, then, now));
    }
  }
  if (find_metadata(from, "training.dataset") != fmt::format("{:016x}", fingerprint(dataset_))) {
    throw UsageError("--resume: the run was started on another dataset");
  }
  if (config_.schedule == "cosine" && before.epochs != config_.epochs) {
    throw UsageError(fmt::format("--resume: a cosine spans all epochs: expected --epochs {}, found {}", before.epochs,
                                 config_.epochs));
  }
  results_ = load_results(from);
  history_ = load_history(from);
  if (static_cast<Index>(results_.size()) > config_.seeds) {
    throw UsageError(fmt::format("--resume: {} seeds are finished, expected at least as many, found {}",
                                 results_.size(), config_.seeds));
  }
  const auto started = static_cast<Index>(history_.empty() ? 0 : history_.back().seed - config_.seed);
  start_run(started);
  run_->trainer.restore(from, "training.");
  if (run_->trainer.epochs_run() > config_.epochs) {
    throw UsageError(fmt::format("--resume: {} epochs are done, expected at least as many, found {}",
                                 run_->trainer.epochs_run(), config_.epochs));
  }
  if (!results_.empty() && (before.epochs != config_.epochs || before.patience != config_.patience)) {
    if (started > 0 || config_.seeds > 1) {
      throw UsageError(
          "--resume: finished runs with several seeds can be given more seeds, not other epochs or patience");
    }
    if (!run_->trainer.done()) results_.clear();
  }
  best_ = {};
  if (!results_.empty()) {
    best_ = from;
    std::erase_if(best_.arrays, [](const auto& entry) { return entry.first.starts_with("training."); });
    std::erase_if(best_.metadata, [](const auto& entry) { return entry.first.starts_with("training."); });
    // --epochs, --seeds and --patience may be others now.
    for (const ConfigField& field : config_fields()) {
      best_.metadata["config." + std::string(field.name)] = field_text(config_, field);
    }
  }
  // Less patience may end a seed that was under way.
  if (static_cast<Index>(results_.size()) == started && run_->trainer.done()) finish_seed();
}

}  // namespace cairn
