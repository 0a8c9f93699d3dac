#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace cairn {

/// Tables that searches fill: a row a node, `row_stride` entries apart, and from the first entry on a column a lane.
struct LaneTables {
  std::uint16_t* hops = nullptr;
  NodeId* nearest = nullptr;  // the source that is nearest, ties to the lower id, -1 where unreached; null: not wanted
  Index row_stride = 0;
};

/// The same hops as a bit-parallel sweep fills, by one plain breadth-first search a lane, lanes in parallel: better
/// where paths are long, since few lanes then meet at a node in one level, and able to say whose hops they are.
/// sources: nodes where each lane starts, ascending within each component where `nearest` is wanted. max_hops as in
/// hop_distances. Returns false, the tables undefined, where a distance exceeds 65,534.
/// Memory: 2 bytes a node and lane, 4 more for `nearest`, and 4 a node and thread.
bool search_lanes(const Graph& out, std::span<const std::vector<NodeId>> sources, Index max_hops,
                  const LaneTables& tables);

/// UsageError for hops that no table holds.
[[noreturn]] void throw_too_many_hops();

}  // namespace cairn
