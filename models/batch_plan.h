#pragma once

#include <optional>
#include <vector>

#include "models/config.h"
#include "models/model_input.h"

namespace cairn {

/// --fan-out, taken apart: neighbors drawn at each hop, from the nodes of a batch outward, hence of the last layer
/// first; one number is for all hops, and 10 where none is given. Throws UsageError for what is no list of whole
/// numbers of at least 0.
std::vector<Index> fan_outs(const TrainConfig& config);

/// How nodes are judged along paths: where gir is trained in batches, no list of all paths is held, and evaluation goes
/// by batches too, of as many nodes, but at least 512. Nothing: as a whole.
std::optional<PathBatches> path_batches(const TrainConfig& config);

/// Throws UsageError, saying what works, where --batch-size cuts what cannot be cut: tasks other than node, models that
/// look farther than their layers' neighbors and their paths, and paths of which a part says nothing of the whole; and
/// for fan-outs of what is not drawn.
void check_batches(const TrainConfig& config);

}  // namespace cairn
