#pragma once

#include <cstdint>
#include <optional>

#include "data/dataset.h"
#include "models/config.h"
#include "position/coordinates.h"

namespace cairn {

/// A stand-in of another size for a dataset, to find out what training on the dataset would hold.
struct ProportionalDataset {
  Dataset dataset;
  TrainConfig config;                // that asks of the stand-in what `config` asks of the dataset
  std::optional<Coordinates> given;  // where the dataset comes with some
};

/// About `nodes` nodes, with arcs, stored features, graphs and parts of splits in the proportion that the dataset has
/// them. Of a union of many graphs some are taken whole; of few, each is made smaller. Edges of a graph that is made
/// smaller are drawn: a path through all nodes and pairs at random, but paths, cycles, grids and trees where attention
/// or the task ask for them. What a node holds is that of some node of the dataset. config: settled (run_input.h).
/// Throws UsageError as make_split, and where the dataset is no such graph.
ProportionalDataset proportional_dataset(const Dataset& dataset, const TrainConfig& config,
                                         const std::optional<Coordinates>& given, Index nodes);

}  // namespace cairn
