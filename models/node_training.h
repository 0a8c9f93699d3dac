#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/saved_model.h"
#include "models/tasks/node_classification.h"
#include "models/trainer.h"
#include "models/training_record.h"

namespace cairn {

/// Node classifiers trained with one seed after another, an epoch at a time; resumable at any epoch to the same bits.
/// Seed i takes split i mod count, or makes its own where the dataset brings none.
class NodeTraining {
 public:
  /// Throws UsageError for values that make no sense, InputError where the dataset lacks labels or features of the
  /// kind.
  NodeTraining(const Dataset& dataset, const TrainConfig& config);

  bool done() const;
  /// Trains one epoch of the current seed, or the first of the next.
  const EpochRecord& advance();

  const TrainConfig& config() const { return description_.config; }
  const FeaturePlan& feature_plan() const { return description_.plan; }
  std::uint64_t current_seed() const;
  Index parameter_count() const;
  const std::vector<SeedResult>& results() const { return results_; }  // of finished seeds
  const std::vector<LoggedEpoch>& history() const { return history_; }

  /// The model file: weights of the best epoch so far (over seeds, by validation) and all that resume() needs.
  NamedTensors save() const;
  /// Takes up what save() left. Only --epochs (with one seed), --seeds and --patience may differ.
  /// Throws UsageError naming the first other field that differs, Error where the file does not fit the dataset.
  void resume(const NamedTensors& from);

 private:
  /// One seed under way.
  struct Run {
    Run(const NodeTraining& training, Index index);
    std::uint64_t seed;
    NodeClassification task;
    std::unique_ptr<Model> model;
    std::unique_ptr<Optimizer> optimizer;
    Trainer trainer;
  };

  Split split_of(Index seed_index) const;
  void finish_seed();

  const Dataset& dataset_;
  SavedModel description_;  // its model: none; weights of the best finished seed are best_weights_
  std::optional<ModelInput> input_;
  std::unique_ptr<Run> run_;  // of the last seed that was started
  std::vector<SeedResult> results_;
  std::vector<LoggedEpoch> history_;
  NamedTensors best_weights_;
};

}  // namespace cairn
