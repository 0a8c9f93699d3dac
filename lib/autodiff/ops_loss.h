#pragma once

#include <cstdint>
#include <span>

#include "autodiff/variable.h"

namespace cairn {

/// Mean over `nodes` of -log softmax(scores[u])[labels[u]], in nats. scores: [N, C]; labels: [N], those of `nodes` in
/// 0 .. C - 1, else ShapeError. No nodes: 0.
Variable cross_entropy(Variable scores, std::span<const std::int32_t> labels, std::span<const NodeId> nodes);

/// Mean of the binary cross entropy between sigmoid(scores) and targets in [0, 1], finite for scores of any size.
/// scores, targets: of one shape.
Variable binary_cross_entropy(const Variable& scores, const Tensor& targets);

/// Mean of (x - target)^2.
Variable mean_squared_error(const Variable& x, const Tensor& target);

}  // namespace cairn
