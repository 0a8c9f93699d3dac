#pragma once

#include "data/dataset.h"
#include "models/config.h"

namespace cairn {

/// What the paths of a run take, which depends on how far its anchors reach: worked out before any path is listed.
struct PositionCosts {
  Index anchors = 0;        // K, slots
  Index items = 0;          // pairs of a node and an anchor that a path joins
  Index dag_arcs = 0;       // arcs of all shortest-path DAGs
  Index list_bytes = 0;     // lists that are kept while the model trains
  Index listing_bytes = 0;  // most while they are made, themselves among it
};

/// Costs of config's anchors and paths on the dataset: items and arcs are counted for a few anchors and scaled to all.
/// Takes a search from those anchors. Anchors alone where the model looks at hops, which takes no lists, and nothing
/// where it does not look from anchors.
PositionCosts position_costs(const Dataset& dataset, const TrainConfig& config);

}  // namespace cairn
