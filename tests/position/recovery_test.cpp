// What distances to anchors say of pairs of nodes: statement e of docs/methods/gir.md.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "graph/generate.h"
#include "graph/traversal.h"
#include "position/path_items.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

std::vector<Graph> connected_graphs() {
  Rng rng(8);
  return {grid_graph(5, 6), caveman_graph(4, 6, 0.1, rng), support::cycle(17), support::star(12)};
}

std::vector<std::vector<std::int32_t>> all_hops(const Graph& graph) {
  std::vector<std::vector<std::int32_t>> hops;
  for (NodeId u = 0; u < graph.node_count(); ++u) hops.push_back(hop_distances(graph, u));
  return hops;
}

AnchorSet every_node(const Graph& graph) {
  AnchorSet anchors;
  for (NodeId u = 0; u < graph.node_count(); ++u) anchors.groups.push_back({u});
  return anchors;
}

}  // namespace

TEST_CASE("recovery: the distance of a pair lies between difference and sum of its distances to any anchor",
          "[position][recovery]") {
  for (const Graph& graph : connected_graphs()) {
    const HopDistances to_anchors = hop_distances(graph, every_node(graph));
    const auto hops = all_hops(graph);
    for (NodeId a = 0; a < graph.node_count(); ++a) {
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        for (NodeId v = 0; v < graph.node_count(); ++v) {
          const int d = hops[static_cast<std::size_t>(u)][static_cast<std::size_t>(v)];
          REQUIRE(std::abs(to_anchors.at(u, a) - to_anchors.at(v, a)) <= d);
          REQUIRE(d <= to_anchors.at(u, a) + to_anchors.at(v, a));
        }
      }
    }
  }
}

TEST_CASE(
    "recovery: the difference is the distance of a pair, one of which lies on a path from the anchor to the other",
    "[position][recovery]") {
  for (const Graph& graph : connected_graphs()) {
    const AnchorSet anchors = every_node(graph);
    const HopDistances to_anchors = hop_distances(graph, anchors);
    const PathItems items = shortest_path_items(graph, anchors);
    const auto hops = all_hops(graph);
    const auto& lists = items.lists;
    Index pairs = 0;
    for (std::size_t item = 0; item < items.node.size(); ++item) {
      const NodeId v = items.node[item];
      const NodeId anchor = items.anchor[item];
      // Back from v, always to the last predecessor: each node on the way lies on a path from the anchor to v.
      for (std::size_t at = item; lists.predecessor_offsets[at] < lists.predecessor_offsets[at + 1]; ++pairs) {
        at = static_cast<std::size_t>(
            lists.predecessors[static_cast<std::size_t>(lists.predecessor_offsets[at + 1] - 1)]);
        const NodeId u = items.node[at];
        REQUIRE(hops[static_cast<std::size_t>(u)][static_cast<std::size_t>(v)] ==
                to_anchors.at(v, anchor) - to_anchors.at(u, anchor));
      }
    }
    CHECK(pairs > graph.node_count());
  }
}

TEST_CASE(
    "recovery: the sum is the distance of a pair where the anchor lies on a path between them, and more elsewhere",
    "[position][recovery]") {
  for (const Graph& graph : connected_graphs()) {
    const AnchorSet anchors = every_node(graph);
    const HopDistances to_anchors = hop_distances(graph, anchors);
    const PathItems items = shortest_path_items(graph, anchors);
    const auto hops = all_hops(graph);
    const auto& lists = items.lists;
    // on_path[u][v][a]: whether some shortest path from u to v visits a. Items come level by level.
    const auto count = static_cast<std::size_t>(graph.node_count());
    std::vector<std::vector<std::uint8_t>> visited(items.node.size(), std::vector<std::uint8_t>(count, 0));
    for (std::size_t item = 0; item < items.node.size(); ++item) {
      visited[item][static_cast<std::size_t>(items.node[item])] = 1;
      for (auto p = lists.predecessor_offsets[item]; p < lists.predecessor_offsets[item + 1]; ++p) {
        const auto& before = visited[static_cast<std::size_t>(lists.predecessors[static_cast<std::size_t>(p)])];
        std::transform(before.begin(), before.end(), visited[item].begin(), visited[item].begin(),
                       [](std::uint8_t x, std::uint8_t y) { return x | y; });
      }
      const NodeId u = items.anchor[item];
      const NodeId v = items.node[item];
      for (NodeId a = 0; a < graph.node_count(); ++a) {
        const bool tight =
            hops[static_cast<std::size_t>(u)][static_cast<std::size_t>(v)] == to_anchors.at(u, a) + to_anchors.at(v, a);
        REQUIRE(tight == (visited[item][static_cast<std::size_t>(a)] != 0));
      }
    }
  }
}
