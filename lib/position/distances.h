#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/compressed_rows.h"
#include "graph/graph.h"
#include "position/anchors.h"

namespace cairn {

/// Which way paths run in a directed graph. An undirected graph knows no difference.
enum class PathDirection : std::uint8_t {
  from_anchor,    // along the arcs, from the anchor to the node
  towards_anchor  // along the arcs, from the node to the anchor
};

/// Distances in arcs from every anchor: a row a node, so that a node's position is one run of memory. A column is a
/// slot of the AnchorSet: node u's distance to the group in that slot of u's graph. Copies share the table.
struct HopDistances {
  static constexpr std::uint16_t unreached = 0xffff;

  Index node_count = 0;
  Index anchor_count = 0;           // K, slots
  SharedArray<std::uint16_t> hops;  // [N, K], unreached where no path leads

  std::uint16_t at(Index node, Index anchor) const {
    return hops.values()[static_cast<std::size_t>(node * anchor_count + anchor)];
  }
  std::span<const std::uint16_t> row(Index node) const {
    return hops.values().subspan(static_cast<std::size_t>(node * anchor_count), static_cast<std::size_t>(anchor_count));
  }
};

/// Breadth-first search from all groups at once, up to 256 slots a sweep, one bit each; a level is pulled, in parallel
/// over blocks of nodes, or where its frontier is small pushed. Where paths turn out long, as on a grid, plain searches
/// in parallel take over. An empty group reaches nothing. max_hops: nodes farther away count as unreached; 0: no limit.
/// The same for any number of threads. Throws UsageError where a distance exceeds 65,534 hops or max_hops is negative,
/// ShapeError for a member outside 0 .. N - 1 or graphs of groups that do not ascend. Source: bit-parallel multi-source
/// BFS, Then et al., VLDB 2015; switching directions, Beamer et al., SC 2012.
HopDistances hop_distances(const Graph& graph, const AnchorSet& anchors,
                           PathDirection direction = PathDirection::from_anchor, Index max_hops = 0);
/// The same along the arcs of `out`, for callers that have `in`, the same arcs turned around, at hand.
HopDistances hop_distances(const Graph& out, const Graph& in, const AnchorSet& anchors, Index max_hops);

/// Lengths of shortest paths over the weights (1 where none are stored), in double: [N, K] like HopDistances.
struct PathLengths {
  Index node_count = 0;
  Index anchor_count = 0;       // K, slots
  std::vector<double> lengths;  // [N, K], infinity where no path leads

  double at(Index node, Index anchor) const { return lengths[static_cast<std::size_t>(node * anchor_count + anchor)]; }
};

/// Dijkstra's algorithm for each slot, slots in parallel. Throws UsageError for a weight that is not above 0 and
/// finite, ShapeError as hop_distances.
PathLengths path_lengths(const Graph& graph, const AnchorSet& anchors,
                         PathDirection direction = PathDirection::from_anchor);

/// Throws UsageError, naming the arc, for a weight that is not above 0 and finite.
void require_positive_weights(const Graph& graph);

}  // namespace cairn
