#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace cairn {

struct CoverOptions {
  Index count = 1;  // at most the nodes
  Index walks_per_node = 50;
  Index walk_length = 20;  // steps
  std::uint64_t key = 0;
};

/// Greedy cover of `nodes` (closed under arcs) by random walks: walks_per_node walks start at each node and follow arcs
/// uniformly, weights not looked at, until walk_length steps or a node that no arc leaves. Chosen is, again and again,
/// the node that walks of the most uncovered start nodes visit (a walk visits its own start), ties to the lower id;
/// those start nodes are then covered. Where all are covered, all count as uncovered again, and no node is chosen
/// twice. Returns `count` nodes in the order chosen; the same for any number of threads. Source: Nishad, Agarwal,
/// Bhattacharya and Ranu, "GraphReach", IJCAI 2021; its sampling of candidates and of walks is left out.
std::vector<NodeId> covering_nodes(const Graph& graph, std::span<const NodeId> nodes, const CoverOptions& options);

}  // namespace cairn
