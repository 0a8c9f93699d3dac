#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "models/position_plan.h"
#include "models/saved_model.h"
#include "models/trainer.h"
#include "models/training_record.h"
#include "nn/position_input.h"
#include "position/coordinates.h"

namespace cairn {

/// Models trained with one seed after another, an epoch at a time; resumable at any epoch to the same bits.
class Training {
 public:
  /// The dataset must outlive the training. Throws UsageError for values that make no sense, InputError where the
  /// dataset lacks what the task is about or features of the kind.
  /// source: of paths, a cache for example. given: coordinates of the dataset's nodes, for --coordinates given.
  Training(const Dataset& dataset, const TrainConfig& config, PathSource source = shortest_path_items,
           std::optional<Coordinates> given = std::nullopt);
  ~Training();

  bool done() const;
  /// Trains one epoch of the current seed, or the first of the next.
  const EpochRecord& advance();

  /// As given, with what the dataset decides (--read-out auto) settled.
  const TrainConfig& config() const { return config_; }
  const FeaturePlan& feature_plan() const;
  /// Of the current seed; null for models that use none.
  const AnchorSet* anchors() const;
  /// What encodings read, of the current seed; null for models that have none.
  const Coordinates* coordinates() const;
  std::uint64_t current_seed() const;
  Index parameter_count() const;
  const std::vector<SeedResult>& results() const { return results_; }  // of finished seeds
  const std::vector<LoggedEpoch>& history() const { return history_; }
  /// Rows of the nodes, [N, D], with the weights of the current seed's best epoch so far: what its task scores.
  Tensor best_rows() const;

  /// The model file: weights of the best epoch so far (over seeds, by validation) and all that resume() needs.
  NamedTensors save() const;
  /// Takes up what save() left. Only --epochs (with one seed), --seeds and --patience may differ.
  /// Throws UsageError naming the first other field that differs, Error where the file does not fit the dataset.
  void resume(const NamedTensors& from);

 private:
  struct Run;  // one seed under way

  PositionPlan position_plan(const Dataset& data, std::span<const NodeId> given, std::uint64_t seed) const;
  std::function<Coordinates(const Dataset&, const PositionInput*)> coordinate_source() const;  // empty: none is read
  /// Of seed number `index`, in place of the one before it.
  void start_run(Index index);
  void finish_seed();
  NamedTensors description_of(const Run& run) const;

  const Dataset& dataset_;
  TrainConfig config_;
  PathSource source_;
  std::optional<Coordinates> given_;
  std::unique_ptr<Run> run_;  // of the last seed that was started
  std::vector<SeedResult> results_;
  std::vector<LoggedEpoch> history_;
  NamedTensors best_;  // description and weights of the best finished seed
};

}  // namespace cairn
