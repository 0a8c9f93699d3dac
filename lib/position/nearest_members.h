#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "position/anchors.h"
#include "position/distances.h"

namespace cairn {

/// For every node and slot the member of the slot's group that is nearest to the node, ties to the lower id, and how
/// many arcs away it is.
struct NearestMembers {
  static constexpr NodeId none = -1;

  HopDistances distances;
  std::vector<NodeId> member;  // [N, K], none where no path leads
};

/// One breadth-first search a slot: at most N + E steps, however many shortest paths there are. Where no slot has two
/// sources, the bit-parallel search of hop_distances serves 64 slots at a time.
/// max_hops: nodes farther away count as unreached; 0: no limit. The same for any number of threads. Throws as
/// hop_distances.
NearestMembers nearest_members(const Graph& graph, const AnchorSet& anchors,
                               PathDirection direction = PathDirection::from_anchor, Index max_hops = 0);

}  // namespace cairn
