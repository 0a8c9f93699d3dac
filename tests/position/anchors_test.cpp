#include "position/anchors.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

AnchorSet select(const Graph& graph, const std::string& strategy, Index count, std::uint64_t seed = 1,
                 std::span<const std::int32_t> graph_of_node = {}) {
  Rng rng(seed);
  return select_anchors(graph, graph_of_node, {.strategy = strategy, .count = count}, rng);
}

std::vector<NodeId> single_nodes(const AnchorSet& anchors) {
  std::vector<NodeId> nodes;
  for (const auto& group : anchors.groups) {
    REQUIRE(group.size() == 1);
    nodes.push_back(group.front());
  }
  return nodes;
}

/// Sizes 3, 1 and 5 with their nodes interleaved.
struct Union {
  Graph graph;
  std::vector<std::int32_t> graph_of_node;
};
Union interleaved_union() {
  const std::vector<Graph> parts{support::path(3), support::path(1), support::cycle(5)};
  const std::vector<std::int32_t> of_part_node{0, 0, 0, 1, 2, 2, 2, 2, 2};
  const std::vector<NodeId> new_id{0, 3, 6, 1, 2, 4, 5, 7, 8};
  Union result{relabeled(disjoint_union(parts), new_id), std::vector<std::int32_t>(9)};
  for (std::size_t u = 0; u < 9; ++u) result.graph_of_node[static_cast<std::size_t>(new_id[u])] = of_part_node[u];
  return result;
}

}  // namespace

TEST_CASE("anchors: every strategy names nodes of the graph, each at most once, as many as asked for",
          "[position][anchors]") {
  Rng rng(5);
  const Graph graph = support::random_graph(60, 90, rng);
  for (const std::string_view name : anchor_strategies()) {
    if (name == "sets") continue;
    const auto nodes = single_nodes(select(graph, std::string(name), 12));
    INFO(name);
    CHECK(nodes.size() == 12);
    CHECK(std::set<NodeId>(nodes.begin(), nodes.end()).size() == 12);
    CHECK(*std::min_element(nodes.begin(), nodes.end()) >= 0);
    CHECK(*std::max_element(nodes.begin(), nodes.end()) < 60);
  }
}

TEST_CASE("anchors: the first K of more anchors are those of K, for every strategy", "[position][anchors]") {
  Rng rng(6);
  const Graph graph = support::random_graph(50, 120, rng);
  for (const std::string_view name : anchor_strategies()) {
    const AnchorSet few = select(graph, std::string(name), 3, 9);
    const AnchorSet many = select(graph, std::string(name), 11, 9);
    INFO(name);
    CHECK(std::equal(few.groups.begin(), few.groups.end(), many.groups.begin()));
  }
}

TEST_CASE("anchors: more than there are nodes become all nodes; sets are as many as asked for", "[position][anchors]") {
  for (const std::string_view name : anchor_strategies()) {
    const AnchorSet anchors = select(support::path(7), std::string(name), 100);
    INFO(name);
    CHECK(anchors.size() == (name == "sets" ? 100 : 7));
  }
}

TEST_CASE("anchors: by default floor(log2 n)^2 of them, at least one", "[position][anchors]") {
  CHECK(select(support::path(400), "random", 0).size() == 64);
  CHECK(select(support::path(1), "random", 0).size() == 1);
  CHECK(select(support::path(1), "sets", 0).groups == std::vector<std::vector<NodeId>>{{0}});
  CHECK(select(support::path(3), "random", 0).size() == 1);
  CHECK(select(support::path(8), "random", 0).size() == 8);  // 9 of 8
  CHECK(select(Graph(), "random", 0).size() == 0);
}

TEST_CASE("anchors: a seed gives the same anchors for any number of threads, another seed others",
          "[position][anchors]") {
  Rng rng(7);
  const Graph graph = support::random_graph(300, 700, rng);
  for (const std::string name : {"random", "farthest", "cover", "sets"}) {
    INFO(name);
    std::vector<AnchorSet> found;
    for (const int threads : {1, 2, 3}) {
      const support::Threads scope(threads);
      found.push_back(select(graph, name, 9, 4));
    }
    CHECK(found[0].groups == found[1].groups);
    CHECK(found[0].groups == found[2].groups);
    CHECK(found[0].groups != select(graph, name, 9, 5).groups);
  }
}

TEST_CASE("anchors: one generator gives other anchors the next time", "[position][anchors]") {
  Rng rng(1);
  const Graph graph = support::cycle(100);
  const AnchorSet first = select_anchors(graph, {}, {.count = 10}, rng);
  CHECK(first.groups != select_anchors(graph, {}, {.count = 10}, rng).groups);
}

TEST_CASE("anchors: each graph of a union gets its own, in slots from 0", "[position][anchors]") {
  const Union both = interleaved_union();
  for (const std::string_view name : anchor_strategies()) {
    const AnchorSet anchors = select(both.graph, std::string(name), 2, 3, both.graph_of_node);
    INFO(name);
    const bool sets = name == "sets";
    CHECK(anchors.graph_of_group ==
          (sets ? std::vector<std::int32_t>{0, 0, 1, 1, 2, 2} : std::vector<std::int32_t>{0, 0, 1, 2, 2}));
    CHECK(anchors.slots() ==
          (sets ? std::vector<std::int32_t>{0, 1, 0, 1, 0, 1} : std::vector<std::int32_t>{0, 1, 0, 0, 1}));
    CHECK(anchors.slot_count() == 2);
    for (std::size_t g = 0; g < anchors.groups.size(); ++g) {
      for (const NodeId u : anchors.groups[g]) {
        CHECK(both.graph_of_node[static_cast<std::size_t>(u)] == anchors.graph_of_group[g]);
      }
    }
  }
}

TEST_CASE("anchors: what a graph gets does not depend on the graphs beside it", "[position][anchors]") {
  const std::vector<Graph> two{support::cycle(30), support::path(20)};
  const std::vector<Graph> three{support::cycle(30), support::path(20), support::star(40)};
  const auto numbered = [](const std::vector<Graph>& graphs) {
    std::vector<std::int32_t> result;
    for (std::size_t g = 0; g < graphs.size(); ++g) {
      result.insert(result.end(), static_cast<std::size_t>(graphs[g].node_count()), static_cast<std::int32_t>(g));
    }
    return result;
  };
  for (const std::string_view name : anchor_strategies()) {
    const AnchorSet few = select(disjoint_union(two), std::string(name), 4, 2, numbered(two));
    const AnchorSet more = select(disjoint_union(three), std::string(name), 4, 2, numbered(three));
    INFO(name);
    CHECK(std::equal(few.groups.begin(), few.groups.end(), more.groups.begin()));
  }
}

TEST_CASE("anchors: random ones are uniform over the nodes", "[position][anchors]") {
  std::vector<int> drawn(20, 0);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    for (const NodeId u : single_nodes(select(support::path(20), "random", 5, seed)))
      ++drawn[static_cast<std::size_t>(u)];
  }
  // Each node is in a draw with probability 1 / 4: mean 1000, deviation sqrt(4000 * 3 / 16) = 27; 5 deviations.
  for (const int count : drawn) CHECK(std::abs(count - 1000) < 137);
}

TEST_CASE("anchors: by degree, ties to the lower id; arcs in and out count where directed", "[position][anchors]") {
  const std::vector<Edge> edges{{0, 1}, {2, 1}, {3, 1}, {3, 4}};
  CHECK(single_nodes(select(Graph::from_edges(5, edges), "degree", 3)) == std::vector<NodeId>{1, 3, 0});
  CHECK(single_nodes(select(Graph::from_edges(5, edges, {.directed = true}), "degree", 3)) ==
        std::vector<NodeId>{1, 3, 0});
}

TEST_CASE("anchors: farthest-first takes each time a node of the largest distance to those before",
          "[position][anchors]") {
  Rng rng(8);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(80, 90, rng, {.directed = directed});
    std::vector<Edge> edges;
    for (NodeId u = 0; u < 80; ++u) {
      for (const NodeId v : graph.neighbors(u)) edges.push_back({u, v});
    }
    const Graph undirected = Graph::from_edges(80, edges);  // directions are ignored
    const auto nodes = single_nodes(select(graph, "farthest", 80, 3));
    std::vector<std::int32_t> nearest(80, 1000);  // 1000: unreached
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const NodeId chosen = nodes[k];
      if (k > 0) {
        std::int32_t best = -1;
        for (NodeId u = 0; u < 80; ++u) {
          const bool taken = std::find(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(k), u) !=
                             nodes.begin() + static_cast<std::ptrdiff_t>(k);
          if (!taken && undirected.degree(u) > 0) best = std::max(best, nearest[static_cast<std::size_t>(u)]);
        }
        if (best >= 0) {
          CHECK(nearest[static_cast<std::size_t>(chosen)] == best);
          CHECK(undirected.degree(chosen) > 0);
        }
      }
      const auto hops = hop_distances(undirected, chosen);
      for (std::size_t u = 0; u < 80; ++u) {
        if (hops[u] >= 0) nearest[u] = std::min(nearest[u], hops[u]);
      }
    }
  }
}

TEST_CASE("anchors: cover takes the hub of a star, and one node of each clique before a second of any",
          "[position][anchors]") {
  CHECK(single_nodes(select(support::star(30), "cover", 1)) == std::vector<NodeId>{0});
  const std::vector<Graph> cliques{support::complete(12), support::complete(9), support::complete(10)};
  const auto nodes = single_nodes(select(disjoint_union(cliques), "cover", 6));
  const auto clique = [](NodeId u) { return u < 12 ? 0 : u < 21 ? 1 : 2; };
  // 50 walks of 20 steps miss a node of a clique of 12 with probability (10/11)^1000. The larger cliques come first;
  // then all are covered, and all count again.
  CHECK(clique(nodes[0]) == 0);
  CHECK(clique(nodes[1]) == 2);
  CHECK(clique(nodes[2]) == 1);
  CHECK(clique(nodes[3]) == 0);
  CHECK(clique(nodes[4]) == 2);
}

TEST_CASE("anchors: random sets halve in size and start over, members ascending and different", "[position][anchors]") {
  const AnchorSet anchors = select(support::path(20), "sets", 9);
  std::vector<std::size_t> sizes;
  for (const auto& group : anchors.groups) {
    sizes.push_back(group.size());
    CHECK(std::adjacent_find(group.begin(), group.end(), std::greater_equal<>()) == group.end());
  }
  CHECK(sizes == std::vector<std::size_t>{10, 5, 2, 1, 10, 5, 2, 1, 10});
}

TEST_CASE("anchors: given ones keep their order within a graph", "[position][anchors]") {
  const Union both = interleaved_union();
  const std::vector<NodeId> nodes{8, 6, 1, 2, 0};
  const AnchorSet anchors = given_anchors(both.graph, both.graph_of_node, nodes);
  CHECK(single_nodes(anchors) == std::vector<NodeId>{6, 0, 1, 8, 2});
  CHECK(anchors.graph_of_group == std::vector<std::int32_t>{0, 0, 1, 2, 2});
}

TEST_CASE("anchors: what makes no sense is refused", "[position][anchors]") {
  const Graph path = support::path(5);
  Rng rng(1);
  CHECK_THROWS_AS(select(path, "best", 2), UsageError);
  CHECK_THROWS_AS(select(path, "random", -1), UsageError);
  CHECK_THROWS_AS(select_anchors(path, {}, {.strategy = "cover", .walks_per_node = 0}, rng), UsageError);
  CHECK_THROWS_AS(given_anchors(path, {}, std::vector<NodeId>{0, 5}), UsageError);
  CHECK_THROWS_AS(given_anchors(path, {}, std::vector<NodeId>{-1}), UsageError);
  CHECK_THROWS_AS(given_anchors(path, {}, std::vector<NodeId>{1, 3, 1}), UsageError);
  CHECK_THROWS_AS(select(path, "random", 1, 1, std::vector<std::int32_t>{0, 0, 0, 1, 1}), ShapeError);
  CHECK_THROWS_AS(select(path, "random", 1, 1, std::vector<std::int32_t>{0, 0, 0}), ShapeError);
  CHECK_THROWS_AS((AnchorSet{{{0}, {1}}, {1, 0}}.slots()), ShapeError);
}
