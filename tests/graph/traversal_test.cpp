#include "graph/traversal.h"

#include <algorithm>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

// Hop distances and components are held against Boost.Graph in boost_graph_test.cpp.

TEST_CASE("hop distances: known answers on a path, and -1 where no way leads", "[graph][traversal]") {
  const std::vector<Graph> graphs{support::path(4), support::path(2)};
  CHECK(hop_distances(disjoint_union(graphs), 1) == std::vector<std::int32_t>{1, 0, 1, 2, -1, -1});
}

TEST_CASE("hop distances: arcs are followed in their direction only", "[graph][traversal]") {
  const Graph graph = Graph::from_edges(3, std::vector<Edge>{{0, 1}, {1, 2}}, {.directed = true});
  CHECK(hop_distances(graph, 1) == std::vector<std::int32_t>{-1, 0, 1});
}

TEST_CASE("hop distances: a source that is no node is refused", "[graph][traversal]") {
  CHECK_THROWS_AS(hop_distances(support::path(4), 4), ShapeError);
  CHECK_THROWS_AS(hop_distances(support::path(4), -1), ShapeError);
  CHECK_THROWS_AS(hop_distances(Graph(), 0), ShapeError);
}

TEST_CASE("components: of a directed graph they ignore directions", "[graph][traversal]") {
  const Graph graph = Graph::from_edges(5, std::vector<Edge>{{3, 0}, {1, 4}, {2, 4}}, {.directed = true});
  const Components components = connected_components(graph);
  CHECK(components.of_node == std::vector<std::int32_t>{0, 1, 1, 0, 1});
  CHECK(components.sizes == std::vector<Index>{2, 3});
  CHECK(components.largest() == 1);
  CHECK(connected_components(Graph()).largest() == -1);
}

TEST_CASE("diameter: the bound is exact on paths, trees, cycles, grids and cliques", "[graph][traversal]") {
  CHECK(diameter_lower_bound(support::path(64)) == 63);
  CHECK(diameter_lower_bound(support::cycle(64)) == 32);
  CHECK(diameter_lower_bound(grid_graph(20, 20)) == 38);
  CHECK(diameter_lower_bound(support::complete(6)) == 1);
  CHECK(diameter_lower_bound(support::star(6)) == 2);
  CHECK(diameter_lower_bound(karate_club()) == 5);
  Rng rng(1);
  const Graph tree = random_recursive_tree(300, rng);
  std::int32_t exact = 0;
  for (NodeId u = 0; u < 300; ++u) {
    const auto hops = hop_distances(tree, u);
    exact = std::max(exact, *std::max_element(hops.begin(), hops.end()));
  }
  CHECK(diameter_lower_bound(tree) == exact);
}

TEST_CASE("diameter: never above the true one, for any graph and number of sweeps", "[graph][traversal]") {
  Rng rng(2);
  for (int trial = 0; trial < 30; ++trial) {
    const Graph graph = support::random_graph(60, 70, rng, {.directed = trial % 2 == 1});
    std::int32_t exact = 0;
    for (NodeId u = 0; u < 60; ++u) {
      const auto hops = hop_distances(graph, u);
      exact = std::max(exact, *std::max_element(hops.begin(), hops.end()));
    }
    for (const Index sweeps : {1, 2, 8}) CHECK(diameter_lower_bound(graph, sweeps) <= exact);
  }
}

TEST_CASE("diameter: it is that of the largest component, and 0 without edges", "[graph][traversal]") {
  const std::vector<Graph> graphs{support::path(10), support::complete(12)};
  CHECK(diameter_lower_bound(disjoint_union(graphs)) == 1);
  CHECK(diameter_lower_bound(Graph::from_edges(5, {})) == 0);
  CHECK(diameter_lower_bound(Graph()) == 0);
}

TEST_CASE("degrees: least, most, mean, median and isolated nodes of a star with two more nodes", "[graph][traversal]") {
  const Graph graph = Graph::from_edges(6, std::vector<Edge>{{0, 1}, {0, 2}, {0, 3}, {4, 4}});
  const DegreeStatistics degrees = degree_statistics(graph);
  CHECK(degrees.least == 0);
  CHECK(degrees.most == 3);
  CHECK(degrees.mean == Approx(7.0 / 6));
  CHECK(degrees.median == 1);
  CHECK(degrees.isolated == 2);  // node 5, and node 4, which has only itself
  CHECK(degree_statistics(support::path(4)).median == 1.5);
  CHECK(degree_statistics(Graph()).mean == 0);
}

TEST_CASE("degrees: a node that arcs only reach is not isolated", "[graph][traversal]") {
  const Graph graph = Graph::from_edges(3, std::vector<Edge>{{0, 1}}, {.directed = true});
  CHECK(degree_statistics(graph).isolated == 1);
}

TEST_CASE("symmetric: every arc needs its reverse, of the same weight", "[graph][traversal]") {
  const auto directed = [](std::vector<Edge> edges, bool weighted = true) {
    return Graph::from_edges(3, edges, {.directed = true, .weighted = weighted});
  };
  CHECK(is_symmetric(support::cycle(5)));
  CHECK(is_symmetric(directed({{0, 1, 2}, {1, 0, 2}, {2, 2, 1}})));
  CHECK_FALSE(is_symmetric(directed({{0, 1, 2}, {1, 0, 3}})));
  CHECK(is_symmetric(directed({{0, 1, 2}, {1, 0, 3}}, false)));
  CHECK_FALSE(is_symmetric(directed({{0, 1}, {1, 2}, {2, 0}})));
  CHECK_FALSE(is_symmetric(directed({{2, 0}})));
  CHECK(is_symmetric(directed({})));
}
