#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "kernels/level_lists.h"
#include "position/anchors.h"
#include "position/distances.h"

namespace cairn {

struct PathOptions {
  Index max_hops = 0;  // levels beyond it are left out; 0: no limit
  PathDirection direction = PathDirection::from_anchor;
  bool weighted = false;         // shortest by weights (which must be above 0), else by arcs
  bool siblings = false;         // list the same-level neighbors too
  bool one_predecessor = false;  // keep one predecessor of each item, drawn with tree_key: a tree in place of the DAG
  std::uint64_t tree_key = 0;
  Index first_slot = 0;  // the number of slot 0 for these draws, where the anchors are a part of more
};

/// The shortest paths from all anchors as one leveled list. An item is a pair (anchor, node) that a path reaches; items
/// are sorted by level (longest depth in arcs of the shortest-path DAG; with unit weights the distance), then node,
/// then slot: those of a node at a level lie together.
struct PathItems {
  Index node_count = 0;
  Index anchor_count = 0;             // groups of the AnchorSet
  Index slot_count = 0;               // K, its slots
  std::vector<NodeId> node;           // [items]
  std::vector<std::int32_t> anchor;   // [items], number of the group; its slot is AnchorSet::slots()[anchor]
  std::vector<float> log_path_count;  // [items], log of the number of listed paths from the anchor group; 0 at level 0
  std::vector<double> distance;       // [items], where weighted; empty: the level
  kernels::LevelLists lists;          // levels, predecessors, successors, siblings, as item numbers

  Index item_count() const { return static_cast<Index>(node.size()); }
};

/// Weighted: w precedes u if |d(w) + l - d(u)| <= 1e-9 d(u) in double for the arc's weight l, and w lies in a lower
/// level. Siblings of a directed graph are tied by an arc in either direction; a node is no sibling of itself. The same
/// for any number of threads. Memory: see planned_bytes. Throws UsageError for weights not above 0 where weighted, for
/// paths of more than 65,534 arcs, for 2^31 items or DAG arcs and more, and as hop_distances.
PathItems shortest_path_items(const Graph& graph, const AnchorSet& anchors, const PathOptions& options = {});

/// Turns the lists from item numbers into rows node * K + slot of a table [N * K], in place and in parallel.
/// anchors: those the items were built from. Throws UsageError where the table has 2^31 rows or more.
void lists_to_rows(PathItems& items, const AnchorSet& anchors);

/// Bytes of PathItems: what the result holds, and the most at any time while it is built.
struct PathBytes {
  Index items = 0;
  Index dag_arcs = 0;
  Index result = 0;
  Index peak = 0;
};

/// An upper bound from counts alone: every anchor reaches every node, and every edge is an arc of every DAG. Near the
/// truth for grids and trees, 3 / 2 of it for random graphs of 10 arcs a node, far above it for cliques. arcs: stored
/// ones.
PathBytes planned_bytes(Index nodes, Index arcs, bool directed, Index slots, const PathOptions& options);
/// An estimate: items and DAG arcs of up to `samples` slots, spread evenly, are counted, and scaled to all. Siblings
/// are counted too. Costs a search from those slots; weights are not looked at.
PathBytes planned_bytes(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, Index samples = 4);
/// The highest level of the paths from up to `samples` slots, spread evenly: at least half of the highest of all where
/// paths run both ways along all arcs. Costs a search from those slots. Throws as shortest_path_items.
Index sampled_depth(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, Index samples = 4);
/// What the vectors hold.
Index held_bytes(const PathItems& items);

}  // namespace cairn
