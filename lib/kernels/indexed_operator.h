#pragma once

#include <cstdint>

#include "kernels/attention_operator.h"

namespace cairn::kernels {

/// Which bias each pair of nodes of one graph takes, hops between them for example.
struct IndexedPart {
  static constexpr std::uint16_t none = 0xffff;  // M is 0 there

  std::vector<NodeId> nodes;
  std::vector<std::uint16_t> bias_of_pair;  // [n, n]: row u hears column v
};

/// M[u, v] = exp(b[bias_of_pair[u, v]] - max b), by dense products: O(n^2) time and 4 n^2 bytes a graph. Throws
/// ShapeError where parts do not hold each node once or name a bias that is not there, UsageError for a graph above
/// AttentionOperator::most_dense_nodes.
/// Source of the bias by hops: Ying et al., NeurIPS 2021, eq. 6 (Graphormer).
std::shared_ptr<const AttentionOperator> indexed_operator(Index node_count, std::vector<IndexedPart> parts,
                                                          Index bias_count);

}  // namespace cairn::kernels
