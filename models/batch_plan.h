#pragma once

#include <vector>

#include "models/config.h"

namespace cairn {

/// --fan-out, taken apart: neighbors drawn at each hop, from the nodes of a batch outward, hence of the last layer
/// first; one number is for all hops, and 10 where none is given. Throws UsageError for what is no list of whole
/// numbers of at least 0.
std::vector<Index> fan_outs(const TrainConfig& config);

/// Throws UsageError, saying what works, where --batch-size cuts what cannot be cut: tasks other than node, and models
/// that look farther than their layers' neighbors; and for --fan-out without --batch-size.
void check_batches(const TrainConfig& config);

}  // namespace cairn
