#pragma once

#include <cstdint>
#include <vector>

#include "position/path_items.h"
#include "position/path_levels.h"
#include "position/path_matches.h"

namespace cairn {

/// The nodes of the levels next to the anchor, as long as these are few: level t holds nodes offsets[t] .. offsets[t +
/// 1]
/// - 1, ascending.
struct NearLevels {
  std::vector<std::int32_t> offsets;
  std::vector<NodeId> nodes;
};

/// What shortest paths can be drawn from without a list of them: the level of every pair of a node and a slot, from
/// which its predecessors among the node's neighbors follow, and how many paths lead there. It holds 2 bytes a pair
/// (HopDistances), 4 for the counts, and where weighted 8 for the lengths. Copies share them.
struct PathTable {
  PathGraphs graphs;
  PathLevels levels;
  SharedArray<float> log_counts;  // [N, K], log of the number of paths, undefined where unreached; or empty
  std::vector<NearLevels> near;   // [K], or empty where weighted

  Index node_count() const { return levels.node_count; }
  Index slot_count() const { return levels.slot_count; }
  bool weighted() const { return !levels.lengths.empty(); }
  float log_count(Index node, Index slot) const {
    return log_counts.values().empty() ? 0.0F
                                       : log_counts.values()[static_cast<std::size_t>(node * slot_count() + slot)];
  }

  /// Calls call(lane, w) for each predecessor w of the lanes' node, by ascending w.
  template <class Call>
  void each_predecessor(const Lanes& lanes, const Call& call) const {
    if (weighted()) {
      each_match(graphs.in, lanes.u, ByLength<true>(lanes, graphs.in.weights()), call);
    } else {
      each_match(graphs.in, lanes.u, AtLevel<-1>(lanes), call);
    }
  }

  /// Writes the predecessors of u, ascending, where they are sooner found among the few nodes of the level before it
  /// than among its many neighbors; else returns false. Nodes that all paths come by have a large share of all arcs.
  bool find_near_predecessors(NodeId u, Index slot, std::vector<NodeId>& predecessors) const;
};

/// options: of these siblings, one_predecessor and tree_key are not looked at. path_counts: whether paths are counted,
/// to the bits of PathItems::log_path_count; takes a pass over the arcs for every 8 slots and level, and while it
/// works 8 bytes a node and slot of these, and up to 4 for the nodes by level. Throws as shortest_path_items.
PathTable path_table(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, bool path_counts = true);

}  // namespace cairn
