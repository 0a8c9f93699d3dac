#include "position/nearest_members.h"

#include <algorithm>

#include "core/error.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

/// Compares with a search from every member by itself.
void check_against_single_searches(const Graph& graph, const AnchorSet& anchors, Index max_hops) {
  const std::vector<std::int32_t> slots = anchors.slots();
  for (const PathDirection direction : {PathDirection::from_anchor, PathDirection::towards_anchor}) {
    const NearestMembers found = nearest_members(graph, anchors, direction, max_hops);
    const Graph searched = direction == PathDirection::from_anchor ? graph : graph.reversed();
    const Index slot_count = anchors.slot_count();
    REQUIRE(found.distances.node_count == graph.node_count());
    REQUIRE(found.distances.anchor_count == slot_count);
    const auto rows = static_cast<std::size_t>(graph.node_count() * slot_count);
    std::vector<std::uint16_t> hops(rows, HopDistances::unreached);
    std::vector<NodeId> member(rows, NearestMembers::none);
    for (std::size_t g = 0; g < slots.size(); ++g) {
      for (const NodeId source : anchors.groups[g]) {
        const std::vector<std::int32_t> of_source = hop_distances(searched, source);
        for (Index u = 0; u < graph.node_count(); ++u) {
          const std::int32_t d = of_source[static_cast<std::size_t>(u)];
          const auto row = static_cast<std::size_t>(u * slot_count + slots[g]);
          if (d < 0 || (max_hops > 0 && d > max_hops) || d >= hops[row]) continue;  // members ascend: ties stay
          hops[row] = static_cast<std::uint16_t>(d);
          member[row] = source;
        }
      }
    }
    const auto values = found.distances.hops.values();
    CHECK(std::equal(hops.begin(), hops.end(), values.begin(), values.end()));
    CHECK(found.member == member);
  }
}

}  // namespace

TEST_CASE("nearest members: those of a search from each member, ties to the lower id", "[position][distances]") {
  Rng rng(1);
  std::vector<Graph> graphs{grid_graph(9, 11), support::cycle(40), support::star(30), random_recursive_tree(80, rng)};
  for (const bool directed : {false, true}) {
    for (const Index edges : {0, 40, 120, 900}) {
      graphs.push_back(support::random_graph(90, edges, rng, {.directed = directed}));
    }
  }
  for (const Graph& graph : graphs) {
    for (const Index max_hops : {0, 1, 3}) {
      for (const char* strategy : {"sets", "random"}) {
        check_against_single_searches(graph, select_anchors(graph, {}, {.strategy = strategy, .count = 12}, rng),
                                      max_hops);
      }
    }
  }
}

TEST_CASE("nearest members: graphs of a union keep to their own, also where one has fewer sets",
          "[position][distances]") {
  Rng rng(2);
  const std::vector<Graph> parts{grid_graph(4, 5), support::complete(7), support::path(1)};
  const Graph graph = disjoint_union(parts);
  std::vector<std::int32_t> graph_of_node;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    graph_of_node.insert(graph_of_node.end(), static_cast<std::size_t>(parts[p].node_count()),
                         static_cast<std::int32_t>(p));
  }
  for (const char* strategy : {"sets", "random"}) {
    // 0: as many as the logarithm of a graph's size asks for
    const AnchorSet anchors = select_anchors(graph, graph_of_node, {.strategy = strategy, .count = 0}, rng);
    CHECK(anchors.slot_count() > anchors.size() / 3);
    check_against_single_searches(graph, anchors, 0);
  }
  check_against_single_searches(graph, AnchorSet{{{0, 3}, {}}, {}}, 0);
}

TEST_CASE("nearest members: the same for any number of threads", "[position][distances]") {
  Rng rng(3);
  const Graph graph = support::random_graph(6000, 15000, rng);
  const AnchorSet anchors = select_anchors(graph, {}, {.strategy = "sets", .count = 10}, rng);
  const auto run = [&](int threads) {
    const support::Threads scope(threads);
    return nearest_members(graph, anchors).member;
  };
  const std::vector<NodeId> alone = run(1);
  CHECK(run(2) == alone);
  CHECK(run(3) == alone);
}

TEST_CASE("nearest members: more hops than the table holds, and a negative limit, are refused",
          "[position][distances]") {
  const Graph path = support::path(65'600);
  const AnchorSet sets{{{0, 1}}, {}};
  CHECK_THROWS_AS(nearest_members(path, sets), UsageError);
  CHECK(nearest_members(path, sets, PathDirection::from_anchor, 9).member[10] == 1);
  CHECK_THROWS_AS(nearest_members(path, sets, PathDirection::from_anchor, -1), UsageError);
}
