#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.h"

// Orders of nodes that bring neighbors close together, so that a sum over arcs finds its rows in the caches. In a
// directed graph an arc ties both of its ends; weights do not count, a self-loop counts as one arc.

namespace cairn {

enum class NodeOrder : std::uint8_t {
  given,          // as they are
  degree,         // most arcs first: the rows that many pull lie together
  breadth_first,  // component by component, level by level from a node of fewest arcs
  rcm  // reverse Cuthill-McKee: the same from a node at the rim, within a level those of fewer arcs first, then turned
       // around. Source: Cuthill and McKee, ACM 1969; the start of George and Liu, ACM TOMS 5, 1979
};

/// The order of that name: given, degree, bfs or rcm. Throws UsageError listing them.
NodeOrder node_order_of(std::string_view name);
std::span<const std::string_view> node_order_names();

/// [N], the new id of each node, a permutation of 0 .. N - 1: relabeled(graph, new_ids) is the graph in that order. All
/// ties go to the lower id. O(N log N + E log E) at worst; on one thread.
std::vector<NodeId> node_order(const Graph& graph, NodeOrder order);

/// The order that undoes one: inverse[new_id[u]] = u. Throws ShapeError unless new_id is a permutation.
std::vector<NodeId> inverse_order(std::span<const NodeId> new_id);

/// Largest |u - v| over the arcs (u, v); 0 without arcs.
Index bandwidth(const Graph& graph);

}  // namespace cairn
