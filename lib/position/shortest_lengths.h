#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"
#include "position/anchors.h"

namespace cairn {

/// Dijkstra's algorithm along the arcs from any of `sources`, weights above 0 (1 where none are stored).
/// lengths: [N], written, infinity where no path leads. Returns the nodes reached, in the order in which they were
/// settled: by length, among equals by id.
std::vector<NodeId> shortest_lengths(const Graph& graph, std::span<const NodeId> sources, std::span<double> lengths);

/// Members of all groups of each slot. Throws ShapeError for a member outside 0 .. N - 1.
std::vector<std::vector<NodeId>> sources_of_slots(const Graph& graph, const AnchorSet& anchors);

}  // namespace cairn
