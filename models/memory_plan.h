#pragma once

#include <optional>

#include "data/dataset.h"
#include "models/config.h"
#include "models/position_costs.h"
#include "position/coordinates.h"

namespace cairn {

/// What a run holds beside its dataset, worked out before any of it is made.
struct MemoryPlan {
  Index prepared_bytes = 0;  // features, parameters and what else is made once, before the first epoch
  Index epoch_bytes = 0;     // what epochs add: forms of the graph, gradients, optimizer, all that a pass keeps
  Index peak_bytes = 0;      // the most at once: of preparing, of listing paths, or of training
  PositionCosts position;    // lists of paths, which are part of epoch_bytes
  Index anchors_at_once = 0;
  bool recomputes = false;
};

struct MemoryPlanOptions {
  bool saves = false;  // the run is saved while it trains
};

/// What training holds at its peak, over what is held before it (the dataset), as core/held_memory.h counts it.
///
/// The model itself is asked: stand-ins of two sizes (proportional_dataset.h) are trained for three epochs, and what
/// they held is carried on to the size of the dataset, along a line, or a parabola where pairs of nodes are held. Lists
/// of paths are counted for themselves (position_costs.h), since how many there are is no matter of size alone. Stand-
/// ins hold little beside the run that is planned; datasets of up to 512 nodes stand for themselves.
/// given: for --coordinates given. Throws as Training does, before anything large is made, and UsageError for paths in
/// batches: how much of a graph lies on a batch's paths is no matter of size, and the batch bounds it.
MemoryPlan plan_memory(const Dataset& dataset, const TrainConfig& config,
                       const std::optional<Coordinates>& given = std::nullopt, const MemoryPlanOptions& options = {});

/// A configuration and what it holds.
struct MemoryChoice {
  TrainConfig config;
  MemoryPlan plan;
};

/// The configuration that stays within `bytes`, changed as little as that takes: as it is; working out layers' inner
/// values twice (--recompute, the same bits); with fewer anchors at once (--slots-at-once, which rounds otherwise).
/// Throws UsageError saying what would be held at least, `base` bytes among it that are held already, and what would
/// help.
MemoryChoice within_memory(const Dataset& dataset, const TrainConfig& config, Index bytes, Index base = 0,
                           const std::optional<Coordinates>& given = std::nullopt,
                           const MemoryPlanOptions& options = {});

}  // namespace cairn
