#pragma once

#include "data/dataset.h"
#include "models/config.h"

namespace cairn {

/// What training with positions holds at its peak, worked out before any of it is made.
struct PositionCosts {
  Index anchors = 0;         // K, slots
  Index items = 0;           // pairs of a node and an anchor that a path joins
  Index dag_arcs = 0;        // arcs of all shortest-path DAGs
  Index plan_bytes = 0;      // lists of all of them
  Index state_bytes = 0;     // states of the slots at once
  Index gradient_bytes = 0;  // their gradient
  Index peak_bytes = 0;      // of making the lists, or of training, whichever is more
  Index slots_at_once = 0;   // that this is for
};

/// Costs of config's anchors and paths on the dataset: items and arcs are counted for a few anchors and scaled to all.
/// Takes a search from those anchors.
PositionCosts position_costs(const Dataset& dataset, const TrainConfig& config);
/// The most slots at once whose peak stays within `bytes`; K where all do. Throws UsageError naming the least bytes
/// that are needed where not even one fits.
Index slots_within(const Dataset& dataset, const TrainConfig& config, Index bytes);

}  // namespace cairn
