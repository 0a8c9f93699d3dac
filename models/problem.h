#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "data/dataset.h"
#include "models/config.h"
#include "models/tasks/task.h"

namespace cairn {

/// What one seed of a run learns and is judged by.
struct Problem {
  /// The dataset as the model may see it: for links without the edges to be found, for path-sum with marks as features.
  /// Nothing: as it is.
  std::optional<Dataset> changed;
  std::vector<NodeId> anchors;  // that the task itself brings; empty: to be selected
  std::unique_ptr<Task> task;

  const Dataset& data(const Dataset& original) const { return changed ? *changed : original; }
};

/// The nodes that train, choose and are judged for a seed, where classes of nodes are learned: split i mod count of a
/// dataset that brings splits, or one of its own. Throws as make_problem.
Split node_split(const Dataset& dataset, const TrainConfig& config, std::uint64_t seed, Index seed_index);

/// Splits and targets of a task for a seed: streams of the seed alone decide them, so that all models are given the
/// same ones. Seed i takes split i mod count of a dataset that brings splits (node), or makes its own.
/// Throws UsageError for an unknown task and for ratios that leave a part empty, InputError where the dataset lacks the
/// labels or edges that the task is about.
Problem make_problem(const Dataset& dataset, const TrainConfig& config, std::uint64_t seed, Index seed_index);

}  // namespace cairn
