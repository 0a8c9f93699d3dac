#include "graph/boost_graph.h"

#include <algorithm>
#include <boost/concept/assert.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/kruskal_min_spanning_tree.hpp>
#include <boost/graph/strong_components.hpp>
#include <limits>

#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Graph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<Graph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<Graph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Graph>));
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<DirectedGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<DirectedGraph>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyMapConcept<BoostWeightMap, BoostArc>));

TEST_CASE("boost: breadth-first search on a Graph in place finds our hop distances", "[graph][boost]") {
  Rng rng(1);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(400, 700, rng, {.directed = directed});
    std::vector<std::int32_t> hops(400, -1);
    hops[5] = 0;
    const auto record = boost::record_distances(hops.data(), boost::on_tree_edge());
    boost::breadth_first_search(graph, NodeId{5}, boost::visitor(boost::make_bfs_visitor(record)));
    CHECK(hops == hop_distances(graph, 5));
  }
}

TEST_CASE("boost: connected_components on a Graph in place finds our components", "[graph][boost]") {
  Rng rng(2);
  for (const Index edges : {0, 100, 250, 600}) {
    const Graph graph = support::random_graph(300, edges, rng);
    std::vector<std::int32_t> component(300);
    const auto count = boost::connected_components(graph, component.data());
    const Components ours = connected_components(graph);
    CHECK(static_cast<Index>(count) == ours.count());
    CHECK(component == ours.of_node);  // both number them by their lowest node
  }
}

TEST_CASE("boost: Dijkstra on a Graph in place reads the stored weights", "[graph][boost]") {
  const std::vector<Edge> edges{{0, 1, 1}, {1, 2, 1}, {0, 2, 5}, {2, 3, Real(0.5)}};
  const Graph graph = Graph::from_edges(5, edges, {.weighted = true});
  std::vector<Real> distance(5);
  boost::dijkstra_shortest_paths(graph, NodeId{0}, boost::distance_map(distance.data()));
  CHECK(distance[2] == 2);
  CHECK(distance[3] == Real(2.5));
  CHECK(distance[4] == std::numeric_limits<Real>::max());
}

TEST_CASE("boost: without weights every edge has weight 1", "[graph][boost]") {
  const Graph graph = karate_club();
  std::vector<Real> distance(34);
  boost::dijkstra_shortest_paths(graph, NodeId{16}, boost::distance_map(distance.data()));
  const std::vector<std::int32_t> hops = hop_distances(graph, 16);
  for (std::size_t u = 0; u < 34; ++u) CHECK(distance[u] == static_cast<Real>(hops[u]));
}

TEST_CASE("boost: edges() lists each edge once, in both kinds of graph", "[graph][boost]") {
  Rng rng(3);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(50, 200, rng, {.directed = directed});
    const auto [begin, end] = edges(graph);
    Index count = 0;
    for (auto edge = begin; edge != end; ++edge, ++count) {
      const auto row = graph.neighbors(source(*edge, graph));
      CHECK(std::binary_search(row.begin(), row.end(), target(*edge, graph)));
    }
    CHECK(count == graph.edge_count());
    CHECK(num_edges(graph) == static_cast<std::size_t>(count));
  }
  const Graph empty;
  CHECK(edges(empty).first == edges(empty).second);
}

TEST_CASE("boost: a minimum spanning tree leaves out the heaviest edge of a cycle", "[graph][boost]") {
  const std::vector<Edge> list{{0, 1, 1}, {1, 2, 2}, {2, 3, 9}, {3, 0, 3}};
  const Graph graph = Graph::from_edges(4, list, {.weighted = true});
  std::vector<BoostArc> tree;
  boost::kruskal_minimum_spanning_tree(graph, std::back_inserter(tree));
  REQUIRE(tree.size() == 3);
  Real total = 0;
  for (const BoostArc& edge : tree) total += get(boost::edge_weight, graph, edge);
  CHECK(total == 6);
}

TEST_CASE("boost: strong components run on a DirectedGraph in place", "[graph][boost]") {
  const std::vector<Edge> list{{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}};
  const DirectedGraph graph(Graph::from_edges(5, list, {.directed = true}));
  std::vector<int> component(5);
  CHECK(boost::strong_components(graph, component.data()) == 3);
  CHECK(component[0] == component[2]);
  CHECK(component[2] != component[3]);
}
