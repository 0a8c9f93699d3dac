#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace cairn {

/// The same table as a bit-parallel sweep fills, by one plain breadth-first search a lane, lanes in parallel: better
/// where paths are long, since few lanes then meet at a node in one level. sources: nodes where each lane starts.
/// hops: first row, [N] rows of `row_stride` numbers, of which the lanes are the first. max_hops as in hop_distances.
/// Returns false, the table undefined, where a distance exceeds 65,534.
/// Memory: 2 bytes a node and lane, and 4 a node and thread.
bool search_lanes(const Graph& out, std::span<const std::vector<NodeId>> sources, Index max_hops, std::uint16_t* hops,
                  Index row_stride);

}  // namespace cairn
