#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

namespace cairn {

/// A question about trees that distances do not answer: which way the marks on the path from the root lean.
struct PathSum {
  std::vector<NodeId> roots;  // one a graph: its lowest node, where an anchor belongs
  Tensor marks;               // [N, 1], +1 or -1: the nodes' features
  std::vector<std::int32_t>
      labels;  // [N]; 1: the marks of the proper ancestors sum to more than 0, else 0 (as the root)
};

/// Marks are drawn with equal odds. graph_of_node: [N] or empty for one graph. The same for the same rng.
/// Throws UsageError naming a graph that is no tree (undirected, connected, one edge fewer than nodes).
PathSum make_path_sum(const Graph& graph, std::span<const std::int32_t> graph_of_node, Rng& rng);

}  // namespace cairn
