#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"
#include "graph/graph.h"

namespace cairn {

/// Fewest arcs on a way from `source` to each node, along the arcs' direction. Returns [N], -1 where no way leads;
/// weights are not looked at. Throws ShapeError for a source outside 0 .. N - 1. Breadth-first search, O(N + E).
std::vector<std::int32_t> hop_distances(const Graph& graph, NodeId source);

/// Parts between which no arc runs.
struct Components {
  std::vector<std::int32_t> of_node;  // [N]; components are numbered by their lowest node
  std::vector<Index> sizes;           // nodes of each

  Index count() const { return static_cast<Index>(sizes.size()); }
  /// Number of the largest, the lowest of equals; -1 in a graph without nodes.
  std::int32_t largest() const;
};

/// Connected components; of a directed graph the weak ones, directions ignored.
/// Union-find with path halving, O(E log N) at worst and linear in practice.
Components connected_components(const Graph& graph);

/// A lower bound on the largest hop distance within the largest component, exact on trees: the farthest node found by
/// repeated sweeps, each of which starts at the farthest node of the one before, the first at a node of highest degree.
/// 0 for graphs without edges. Directed: along the arcs, over pairs with a way between them.
/// sweeps: at least 2, and the search goes on only while the bound grows. Source: double sweep of Magnien, Latapy and
/// Habib, JEA 2009; repeating it is ours.
Index diameter_lower_bound(const Graph& graph, Index sweeps = 8);

struct DegreeStatistics {
  Index least = 0;
  Index most = 0;
  double mean = 0;
  double median = 0;   // mean of the two in the middle where N is even
  Index isolated = 0;  // nodes without arcs in either direction, self-loops aside
};

/// Of out-degrees (a self-loop counts 1); all zero without nodes.
DegreeStatistics degree_statistics(const Graph& graph);

/// Whether each arc (u, v) has its (v, u), of the same weight. True for every undirected graph.
bool is_symmetric(const Graph& graph);

}  // namespace cairn
