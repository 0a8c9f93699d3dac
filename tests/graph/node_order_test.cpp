#include "graph/node_order.h"

#include <algorithm>
#include <boost/graph/cuthill_mckee_ordering.hpp>
#include <iterator>
#include <vector>

#include "core/error.h"
#include "graph/boost_graph.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

constexpr NodeOrder orders[] = {NodeOrder::given, NodeOrder::degree, NodeOrder::breadth_first, NodeOrder::rcm};

/// Bandwidth in the reverse Cuthill-McKee order of Boost.Graph, with starts of its own.
Index boost_rcm_bandwidth(const Graph& graph) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(graph.node_count()));
  std::vector<boost::default_color_type> colors(nodes.size());
  std::vector<std::size_t> degrees;
  for (NodeId u = 0; u < graph.node_count(); ++u) degrees.push_back(out_degree(u, graph));
  boost::cuthill_mckee_ordering(graph, nodes.rbegin(), colors.data(), degrees.data());
  return bandwidth(relabeled(graph, inverse_order(nodes)));
}

Graph shuffled(const Graph& graph, std::uint64_t seed) {
  Rng rng(seed);
  return relabeled(graph, support::shuffled_ids(graph.node_count(), rng));
}

}  // namespace

TEST_CASE("node_order: a permutation, and its inverse restores the graph", "[graph][order]") {
  Rng rng(1);
  const std::vector<Graph> graphs{Graph(),
                                  Graph::from_edges(1, {}),
                                  Graph::from_edges(20, {}),  // no arcs
                                  support::star(9),
                                  support::random_graph(60, 40, rng),  // in many parts, with self-loops
                                  support::random_graph(60, 200, rng, {.directed = true, .weighted = true}),
                                  support::random_graph(60, 50, rng, {.directed = true}),
                                  disjoint_union(std::vector{support::cycle(7), support::path(5), support::star(4)})};
  for (const Graph& graph : graphs) {
    for (const NodeOrder order : orders) {
      CAPTURE(graph.node_count(), graph.directed(), static_cast<int>(order));
      const std::vector<NodeId> new_id = node_order(graph, order);
      const Graph moved = relabeled(graph, new_id);  // throws where it is no permutation
      CHECK(support::same_graph(relabeled(moved, inverse_order(new_id)), graph));
      CHECK(node_order(graph, order) == new_id);
    }
  }
  CHECK_THROWS_AS(inverse_order(std::vector<NodeId>{0, 0}), ShapeError);
  CHECK_THROWS_AS(inverse_order(std::vector<NodeId>{0, 2}), ShapeError);
}

TEST_CASE("node_order: given leaves nodes where they are, degree puts hubs first", "[graph][order]") {
  const Graph graph = disjoint_union(std::vector{support::path(3), support::star(5)});
  CHECK(node_order(graph, NodeOrder::given) == std::vector<NodeId>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(node_order(graph, NodeOrder::degree) == std::vector<NodeId>{2, 1, 3, 0, 4, 5, 6, 7});
  // Arcs into a node count like those out of it.
  const Graph directed = Graph::from_edges(3, std::vector<Edge>{{0, 2}, {1, 2}}, {.directed = true});
  CHECK(node_order(directed, NodeOrder::degree) == std::vector<NodeId>{1, 2, 0});
}

TEST_CASE("node_order: breadth_first numbers level by level from the end of a path", "[graph][order]") {
  const Graph path = shuffled(support::path(50), 3);
  CHECK(bandwidth(path) > 1);
  CHECK(bandwidth(relabeled(path, node_order(path, NodeOrder::breadth_first))) == 1);

  const Graph grid = shuffled(grid_graph(12, 15), 4);
  const Graph moved = relabeled(grid, node_order(grid, NodeOrder::breadth_first));
  const std::vector<std::int32_t> hops = hop_distances(moved, 0);
  CHECK(std::is_sorted(hops.begin(), hops.end()));
}

TEST_CASE("node_order: rcm brings a shuffled grid, path and cycle back into a narrow band", "[graph][order]") {
  const auto rcm_bandwidth = [](const Graph& graph) {
    return bandwidth(relabeled(graph, node_order(graph, NodeOrder::rcm)));
  };
  const Graph grid = shuffled(grid_graph(12, 40), 5);
  CHECK(bandwidth(grid) > 300);
  CHECK(rcm_bandwidth(grid) <= 13);  // levels are diagonals of up to 12 places: a place is 12 from its neighbors
  CHECK(rcm_bandwidth(shuffled(support::path(50), 3)) == 1);
  CHECK(rcm_bandwidth(shuffled(support::cycle(50), 3)) == 2);  // least there is
  // From leaf 2, the lowest that is farthest from leaf 1: 2, 0, 1, 3, 4, then turned around.
  CHECK(node_order(support::star(5), NodeOrder::rcm) == std::vector<NodeId>{3, 2, 4, 1, 0});
  // From 5, the other end of the longest way: 5, 2, 1, then 3 of one arc before 0 of two, 4, then turned around.
  const Graph tree = Graph::from_edges(6, std::vector<Edge>{{1, 0}, {1, 2}, {1, 3}, {2, 5}, {0, 4}});
  CHECK(node_order(tree, NodeOrder::rcm) == std::vector<NodeId>{1, 3, 4, 2, 0, 5});
}

TEST_CASE("node_order: rcm is as narrow as Boost.Graph's", "[graph][order]") {
  Rng rng(6);
  for (int run = 0; run < 5; ++run) {
    const Graph geometric = shuffled(geometric_graph(400, 0.08, rng).graph, 7);
    // Starts and ties differ; a wrong order (arcs of random ends) would be ten times as wide.
    CHECK(static_cast<double>(bandwidth(relabeled(geometric, node_order(geometric, NodeOrder::rcm)))) <=
          1.3 * static_cast<double>(boost_rcm_bandwidth(geometric)));
  }
}

TEST_CASE("node_order: the parts of a graph stay together", "[graph][order]") {
  const Graph graph = shuffled(disjoint_union(std::vector{grid_graph(5, 5), support::cycle(8), support::path(6)}), 8);
  for (const NodeOrder order : {NodeOrder::breadth_first, NodeOrder::rcm}) {
    const Components parts = connected_components(relabeled(graph, node_order(graph, order)));
    CHECK(std::is_sorted(parts.of_node.begin(), parts.of_node.end()));
  }
}

TEST_CASE("node_order: names lead to orders, and an unknown one lists them", "[graph][order]") {
  CHECK(node_order_names().size() == std::size(orders));
  CHECK(node_order_of("given") == NodeOrder::given);
  CHECK(node_order_of("degree") == NodeOrder::degree);
  CHECK(node_order_of("bfs") == NodeOrder::breadth_first);
  CHECK(node_order_of("rcm") == NodeOrder::rcm);
  CHECK_THROWS_WITH(node_order_of("rcn"), Catch::Contains("given, degree, bfs, rcm"));
}
