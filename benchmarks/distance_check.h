#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "position/anchors.h"
#include "position/distances.h"

namespace cairn::benchmarks {

/// Hops from `source` by Boost.Graph's breadth-first search, [N]; -1 where no way leads.
std::vector<std::int32_t> boost_distances(const Graph& graph, NodeId source);

/// Compares the distances from every `stride`-th anchor with Boost's. Each group has one member.
/// Throws NumericError naming the first that differs.
void check_distances(const Graph& graph, const AnchorSet& anchors, const HopDistances& found, Index stride);

}  // namespace cairn::benchmarks
