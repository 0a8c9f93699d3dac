#pragma once

#include <cstdint>

#include "kernels/attention_operator.h"

namespace cairn::kernels {

/// M[u, v] = 1 within a graph: linear attention without positions, O(N). No biases. graph_of_node: [N], or empty for
/// one graph. Throws ShapeError where it has another size or a negative number.
std::shared_ptr<const AttentionOperator> uniform_operator(Index node_count,
                                                          std::span<const std::int32_t> graph_of_node);

}  // namespace cairn::kernels
