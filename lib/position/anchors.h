#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "graph/graph.h"

namespace cairn {

/// Nodes from which positions are measured. A group of one is a plain anchor; the distance to a larger one is that to
/// its nearest member.
///
/// Groups of different graphs of a disjoint union never meet, so they share slots: the slot of a group is its place
/// among those of its graph, and tables a slot wide hold all graphs at once. For one graph a slot is a group.
struct AnchorSet {
  std::vector<std::vector<NodeId>> groups;   // members ascending
  std::vector<std::int32_t> graph_of_group;  // graph that the group lies in, ascending; or empty: one graph

  Index size() const { return static_cast<Index>(groups.size()); }
  /// Most groups of one graph.
  Index slot_count() const;
  /// [size()], each group's place among those of its graph.
  std::vector<std::int32_t> slots() const;
};

struct AnchorOptions {
  std::string strategy = "random";  // a name of the table below
  Index count = 0;                  // K a graph, at most its nodes (sets: any number); 0: floor(log2 n)^2, at least 1
  Index walks_per_node = 50;        // cover
  Index walk_length = 20;           // cover: steps
};

/// Anchors for each graph of a disjoint union by the strategy of that name, in the order in which they were chosen, so
/// that the first K of more are those of K:
///   random    - nodes, uniform without replacement;
///   degree    - the nodes of highest degree (arcs in and out, where directed), ties to the lower id;
///   farthest  - a random node, then again and again the node farthest from all chosen, ties to the lower id,
///   directions
///               ignored; unreached ones count as farthest, but nodes without arcs come last;
///   cover     - greedy: the node that walks of the most start nodes visit, ties to the lower id, whose start nodes are
///               then covered; where all are, all count again (GraphReach, Nishad et al. 2021, without its sampling).
///               Memory: up to 4 walks_per_node walk_length bytes a node;
///   sets      - random sets of sizes n / 2, n / 4, ... in turn, uniform without replacement within a set, none empty
///               (P-GNN, You, Ying and Leskovec, ICML 2019).
/// graph_of_node: [N], or empty for one graph; graphs without nodes get no anchors. What a graph gets depends on its
/// own nodes and number alone. Takes one draw from rng; the same for any number of threads. Throws UsageError for an
/// unknown name, a negative count or walks below 1, ShapeError where graph_of_node does not fit the nodes or an arc
/// joins two graphs.
AnchorSet select_anchors(const Graph& graph, std::span<const std::int32_t> graph_of_node, const AnchorOptions& options,
                         Rng& rng);
std::span<const std::string_view> anchor_strategies();

/// Groups of one, as a user names them, by graph and within a graph in the order given. Throws UsageError for a node
/// outside 0 .. N - 1 or named twice, ShapeError as above.
AnchorSet given_anchors(const Graph& graph, std::span<const std::int32_t> graph_of_node, std::span<const NodeId> nodes);

}  // namespace cairn
