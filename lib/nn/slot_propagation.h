#pragma once

#include "autodiff/variable.h"
#include "nn/position_input.h"

namespace cairn {

/// Every slot's messages at once: P x for a table x [N * K, D] seen as [N, K * D], slots of paths towards the anchors
/// against the arcs. slot_count: K, of the position or 1. Returns [N * K, D].
Variable propagate_slots(const PositionInput& position, Normalization normalization, const Variable& x,
                         Index slot_count);

}  // namespace cairn
