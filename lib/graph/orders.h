#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"

// Graphs whose nodes stand in an order that their edges tell: paths, cycles and grids. In all of them `nodes` are those
// of one graph of a union, ascending, and `graph` is undirected (else ShapeError); self-loops do not count. Where the
// nodes stand in no such order nothing is returned, and `fault` is told where it shows.

namespace cairn {

/// What keeps a graph from an order.
struct OrderFault {
  NodeId node = -1;      // where it shows; -1: nowhere more than elsewhere
  std::string expected;  // "at most 2 neighbors"
  std::string found;     // "3"
};

/// The nodes of a path from one end to the other: the end of the lower id comes first. One node is a path, and so is
/// none.
std::optional<std::vector<NodeId>> path_order(const Graph& graph, std::span<const NodeId> nodes,
                                              OrderFault* fault = nullptr);

/// The nodes of a cycle, the lowest id first, then that of its neighbors with the lower id. At least 3 nodes.
std::optional<std::vector<NodeId>> cycle_order(const Graph& graph, std::span<const NodeId> nodes,
                                               OrderFault* fault = nullptr);

/// The extents of a grid whose places, row-major, are those of `nodes`: the neighbors of the first node say how far
/// apart neighbors along each axis stand, and every edge is then looked at. Axes of extent 1 show in no edge and are
/// left out, but that one node is a grid of shape {1}.
std::optional<std::vector<Index>> grid_shape(const Graph& graph, std::span<const NodeId> nodes,
                                             OrderFault* fault = nullptr);

}  // namespace cairn
