#include "models/trainer.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/ops_dense.h"
#include "core/error.h"
#include "models/models.h"
#include "models/tasks/node_classification.h"
#include "models/training_cases.h"
#include "optim/optimizers.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

/// One weight for all nodes: its value tells how many steps were made (plain descent on a slope of 1).
class OneWeight : public Model {
 public:
  Variable embed(const ModelInput& input, const Pass&) const override { return matmul(input.features(), weight_); }
  Index out_width() const override { return 1; }
  void visit(const ParameterVisitor& visitor) const override { visitor("weight", weight_); }
  Real weight() const { return weight_.value().item(); }

 private:
  Variable weight_ = Variable::parameter(Tensor(Shape{1, 1}));
};

/// A linear map of the features, which notes the steps that it is trained at.
class NotesSteps : public Model {
 public:
  Variable embed(const ModelInput& input, const Pass& pass) const override {
    if (pass.is_training()) steps_.push_back(pass.step());
    return matmul(input.features(), weight_);
  }
  Index out_width() const override { return 2; }
  std::optional<BatchForm> batch_form() const override { return BatchForm{}; }
  void visit(const ParameterVisitor& visitor) const override { visitor("weight", weight_); }
  const std::vector<Index>& steps() const { return steps_; }

 private:
  Variable weight_ = Variable::parameter(Tensor(Shape{1, 2}));
  mutable std::vector<Index> steps_;
};

/// Validation figures as written down: (score, tie-break) of epoch 1, 2, ...
class Scripted : public Task {
 public:
  explicit Scripted(std::vector<std::pair<double, double>> epochs) : epochs_(std::move(epochs)) {}
  Index out_width() const override { return 1; }
  Variable part_loss(const Variable& embedding, Part, const Pass&) const override { return sum(embedding); }
  Metrics evaluate(const Tensor&, Part) const override {
    const auto& [score, tie_break] = epochs_.at(next_++);
    return {{"score", score}, {"tie_break", tie_break}};
  }
  bool has(Part part) const override { return part != Part::validation || !epochs_.empty(); }
  EpochQuality quality(const Metrics& metrics) const override {
    return {.score = metrics.at("score"), .tie_break = metrics.at("tie_break")};
  }

 private:
  std::vector<std::pair<double, double>> epochs_;
  mutable std::size_t next_ = 0;
};

TrainOptions options(Index epochs, Index patience = 0, double learning_rate = 0.01) {
  TrainOptions result;
  result.epochs = epochs;
  result.patience = patience;
  result.learning_rate = learning_rate;
  return result;
}

struct ScriptedRun {
  explicit ScriptedRun(std::vector<std::pair<double, double>> epochs, Index patience, Index most = 100)
      : task(std::move(epochs)),
        optimizer(make_optimizer({.name = "sgd"})),
        trainer(model, task, input, *optimizer, options(most, patience, 1)) {}

  void finish() {
    while (!trainer.done()) trainer.advance();
  }

  OneWeight model;
  Scripted task;
  FixedInput input{ModelInput{Variable::constant(Tensor(Shape{1, 1}, 1)), support::path(1)}};
  std::unique_ptr<Optimizer> optimizer;
  Trainer trainer;
};

/// A real one: model, task and optimizer over a small dataset.
struct BlocksRun {
  BlocksRun(const Dataset& dataset, const TrainConfig& config, const TrainOptions& options)
      : input(prepare_input(dataset, plan_features(dataset, config))),
        task(dataset.labels, dataset.class_count(), split(dataset)),
        model(make_model(config, {.in = columns_of(input.at(0).features()), .out = dataset.class_count()}, Rng(1))),
        optimizer(make_optimizer({.name = config.optimizer, .momentum = static_cast<Real>(config.momentum)})),
        trainer(*model, task, input, *optimizer, options) {}

  static Split split(const Dataset& dataset) {
    Rng rng(2);
    return make_split(dataset.labels, {}, {}, rng);
  }

  FixedInput input;
  NodeClassification task;
  std::unique_ptr<Model> model;
  std::unique_ptr<Optimizer> optimizer;
  Trainer trainer;
};

}  // namespace

TEST_CASE("trainer: stops after `patience` epochs without progress and restores the best weights",
          "[models][trainer]") {
  //                best at epoch 2; score and tie-break stay below for three epochs
  ScriptedRun run({{1, 0}, {3, 5}, {2, 1}, {2, 2}, {1, 3}, {9, 9}}, 3);
  run.finish();
  CHECK(run.trainer.epochs_run() == 5);
  CHECK(run.trainer.best_epoch() == 2);
  CHECK(run.model.weight() == -5);
  run.trainer.restore_best();
  CHECK(run.model.weight() == -2);
  CHECK(run.trainer.best_quality().score == 3);
}

TEST_CASE("trainer: a better tie-break alone keeps training alive, and wins among equal scores", "[models][trainer]") {
  ScriptedRun run({{3, 1}, {2, 2}, {2, 3}, {3, 4}, {2, 0}, {2, 0}}, 2);
  run.finish();
  CHECK(run.trainer.epochs_run() == 6);  // progress at 1, 2, 3 (tie-break) and 4
  CHECK(run.trainer.best_epoch() == 4);
}

TEST_CASE("trainer: of equal epochs the first is the best", "[models][trainer]") {
  ScriptedRun run({{3, 1}, {3, 1}, {3, 1}}, 0, 3);
  run.finish();
  CHECK(run.trainer.best_epoch() == 1);
}

TEST_CASE("trainer: patience 0 runs all epochs", "[models][trainer]") {
  ScriptedRun run({{3, 1}, {2, 0}, {2, 0}, {2, 0}}, 0, 4);
  run.finish();
  CHECK(run.trainer.epochs_run() == 4);
}

TEST_CASE("trainer: without validation nodes all epochs run and the last weights stay", "[models][trainer]") {
  ScriptedRun run({}, 2, 7);
  run.finish();
  CHECK(run.trainer.epochs_run() == 7);
  CHECK(run.trainer.best_epoch() == 7);
  CHECK(run.trainer.last_epoch().validation.empty());
  run.trainer.restore_best();
  CHECK(run.model.weight() == -7);
}

TEST_CASE("trainer: every batch of a run has a step of its own, by which it drops", "[models][trainer][batches]") {
  const NotesSteps model;
  const NodeClassification task({0, 1, 0, 1, 0}, 2, {.train = {0, 1, 2, 3, 4}, .validation = {}, .test = {}});
  FixedInput input(ModelInput(Variable::constant(Tensor(Shape{5, 1}, 1)), support::path(5)));
  const auto optimizer = make_optimizer({.name = "sgd"});
  TrainOptions batches = options(2);
  batches.batches = {.size = 2, .fan_outs = {1}};
  Trainer trainer(model, task, input, *optimizer, batches);
  while (!trainer.done()) trainer.advance();
  CHECK(model.steps() == std::vector<Index>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("trainer: batches are refused where model or task know none", "[models][trainer][batches]") {
  const auto optimizer = make_optimizer({.name = "sgd"});
  FixedInput input(ModelInput(Variable::constant(Tensor(Shape{1, 1}, 1)), support::path(1)));
  TrainOptions batches = options(1);
  batches.batches = {.size = 1, .fan_outs = {1}};
  const NodeClassification nodes({0}, 2, {.train = {0}, .validation = {}, .test = {}});
  const Scripted scripted({{1, 1}});
  CHECK_THROWS_AS(Trainer(OneWeight(), nodes, input, *optimizer, batches), UsageError);
  CHECK_THROWS_AS(Trainer(NotesSteps(), scripted, input, *optimizer, batches), UsageError);
}

TEST_CASE("trainer: an unknown schedule is refused before any work", "[models][trainer]") {
  OneWeight model;
  const Scripted task({{1, 1}});
  FixedInput input(ModelInput(Variable::constant(Tensor(Shape{1, 1}, 1)), support::path(1)));
  const auto optimizer = make_optimizer({.name = "sgd"});
  TrainOptions unknown = options(5);
  unknown.schedule.name = "linear";
  CHECK_THROWS_AS(Trainer(model, task, input, *optimizer, unknown), UsageError);
}

TEST_CASE("trainer: numbers that go bad name the epoch, and the operation or the parameter", "[models][trainer]") {
  const Dataset dataset = support::small_blocks();
  const double huge = sizeof(Real) == sizeof(float) ? 1e30 : 1e250;  // its square overflows, itself not
  BlocksRun run(dataset, support::short_config("gcn"), options(200, 0, huge));
  run.trainer.advance();
  CHECK_THROWS_AS(run.trainer.advance(), NumericError);
  BlocksRun again(dataset, support::short_config("gcn"), options(200, 0, huge));
  again.trainer.advance();
  CHECK_THROWS_WITH(again.trainer.advance(),
                    Catch::StartsWith("epoch 2: ") && Catch::Contains("is not finite") && !Catch::Contains("the loss"));

  BlocksRun poisoned(dataset, support::short_config("gcn"), options(200));
  parameters_of(*poisoned.model).front().value.mutable_value().data()[0] = std::nanf("");
  CHECK_THROWS_WITH(poisoned.trainer.advance(), Catch::StartsWith("epoch 1: parameter layers.0.weight"));
}

TEST_CASE("trainer: saved and restored at any epoch, it goes on to the same bits", "[models][trainer]") {
  const Dataset dataset = support::small_blocks();
  for (const std::string_view optimizer : {"adam", "adamw", "sgd"}) {
    for (const std::string_view norm : {"none", "batch"}) {
      TrainConfig config = support::short_config("gcn");
      config.optimizer = optimizer;
      config.momentum = 0.9;
      config.norm = norm;
      TrainOptions five = options(5);
      five.schedule.name = "cosine";
      five.clip_norm = 1;
      BlocksRun whole(dataset, config, five);
      while (!whole.trainer.done()) whole.trainer.advance();
      NamedTensors expected;
      whole.trainer.save(expected, "t.");
      for (Index stop = 0; stop <= 5; ++stop) {
        INFO(optimizer << ", norm " << norm << ", stopped after " << stop);
        BlocksRun first(dataset, config, five);
        while (first.trainer.epochs_run() < stop) first.trainer.advance();
        NamedTensors state;
        first.trainer.save(state, "t.");
        BlocksRun second(dataset, config, five);
        second.trainer.restore(state, "t.");
        while (!second.trainer.done()) second.trainer.advance();
        NamedTensors found;
        second.trainer.save(found, "t.");
        CHECK(support::first_difference(expected, found).empty());
      }
    }
  }
}

TEST_CASE("trainer: a saved state with something missing or of the wrong shape is refused by name",
          "[models][trainer]") {
  const Dataset dataset = support::small_blocks();
  BlocksRun run(dataset, support::short_config("gcn"), options(200));
  run.trainer.advance();
  NamedTensors state;
  run.trainer.save(state, "t.");
  for (const char* name : {"t.counts", "t.now.layers.0.weight", "t.best.layers.1.bias"}) {
    NamedTensors less = state;
    less.arrays.erase(name);
    CHECK_THROWS_WITH(run.trainer.restore(less, "t."), Catch::Contains(name));
    less.arrays[name] = to_stored(Tensor(Shape{2, 2}));
    CHECK_THROWS_WITH(run.trainer.restore(less, "t."), Catch::Contains(name));
  }
}

TEST_CASE("trainer: the learning rate follows its schedule", "[models][trainer]") {
  const Dataset dataset = support::small_blocks();
  TrainOptions halving = options(6, 0, 0.08);
  halving.schedule.name = "step";
  halving.schedule.every = 2;
  halving.schedule.factor = 0.5;
  BlocksRun run(dataset, support::short_config("gcn"), halving);
  std::vector<double> rates;
  while (!run.trainer.done()) rates.push_back(run.trainer.advance().learning_rate);
  CHECK(rates == std::vector<double>{0.08, 0.08, 0.04, 0.04, 0.02, 0.02});
}
