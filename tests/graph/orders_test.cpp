#include "graph/orders.h"

#include <numeric>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

std::vector<NodeId> all_of(const Graph& graph) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(graph.node_count()));
  std::iota(nodes.begin(), nodes.end(), 0);
  return nodes;
}

Graph of_edges(Index nodes, std::vector<Edge> edges) { return Graph::from_edges(nodes, edges); }

}  // namespace

TEST_CASE("path order: from the end of the lower id to the other", "[graph][orders]") {
  const Graph graph = of_edges(5, {{3, 1}, {1, 4}, {4, 0}, {0, 2}, {1, 1}});
  CHECK(path_order(graph, all_of(graph)) == std::vector<NodeId>{2, 0, 4, 1, 3});
  for (const Index nodes : {0, 1, 2, 9}) {
    CHECK(path_order(path_graph(nodes), all_of(path_graph(nodes))) == all_of(path_graph(nodes)));
  }
}

TEST_CASE("cycle order: from the lowest id towards its lower neighbor", "[graph][orders]") {
  const Graph graph = of_edges(5, {{0, 4}, {4, 1}, {1, 3}, {3, 2}, {2, 0}});
  CHECK(cycle_order(graph, all_of(graph)) == std::vector<NodeId>{0, 2, 3, 1, 4});
  CHECK(cycle_order(cycle_graph(3), all_of(cycle_graph(3))) == std::vector<NodeId>{0, 1, 2});
}

TEST_CASE("orders: those of one graph of a union, whose ids are not in a row", "[graph][orders]") {
  const Graph graph = of_edges(7, {{0, 5}, {5, 2}, {1, 3}, {3, 4}, {4, 1}});
  const std::vector<NodeId> path{0, 2, 5};
  const std::vector<NodeId> cycle{1, 3, 4};
  CHECK(path_order(graph, path) == std::vector<NodeId>{0, 5, 2});
  CHECK(cycle_order(graph, cycle) == std::vector<NodeId>{1, 3, 4});
  CHECK(grid_shape(graph, std::vector<NodeId>{6}) == std::vector<Index>{1});
  OrderFault fault;
  CHECK_FALSE(path_order(graph, cycle, &fault));
  CHECK(fault.found == "a cycle");
  CHECK_FALSE(grid_shape(graph, std::vector<NodeId>{0, 2}));  // a neighbor of 0 is none of the two
}

TEST_CASE("path and cycle order: what is neither is refused where it shows", "[graph][orders]") {
  OrderFault fault;
  const Graph star = of_edges(4, {{2, 0}, {2, 1}, {2, 3}});
  CHECK_FALSE(path_order(star, all_of(star), &fault));
  CHECK(fault.node == 2);
  CHECK(fault.expected == "at most 2 neighbors");
  CHECK(fault.found == "3");
  CHECK_FALSE(cycle_order(star, all_of(star), &fault));
  CHECK(fault.node == 0);

  const Graph two_paths = of_edges(4, {{0, 1}, {2, 3}});
  CHECK_FALSE(path_order(two_paths, all_of(two_paths), &fault));
  CHECK(fault.found == "one to 2");
  CHECK_FALSE(cycle_order(path_graph(4), all_of(path_graph(4))));
  CHECK_FALSE(path_order(cycle_graph(4), all_of(cycle_graph(4))));
  const Graph path_and_cycle = of_edges(6, {{0, 1}, {1, 2}, {3, 4}, {4, 5}, {5, 3}});
  CHECK_FALSE(path_order(path_and_cycle, all_of(path_and_cycle), &fault));
  CHECK(fault.found == "one to 3");
  const Graph two_cycles = of_edges(6, {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}});
  CHECK_FALSE(cycle_order(two_cycles, all_of(two_cycles), &fault));
  CHECK(fault.found == "one to 3");
  const Graph lonely = of_edges(2, {});
  CHECK_FALSE(path_order(lonely, all_of(lonely), &fault));
  CHECK(fault.found == "none");
  for (const Index nodes : {0, 1, 2}) CHECK_FALSE(cycle_order(path_graph(nodes), all_of(path_graph(nodes))));
}

TEST_CASE("grid shape: extents of any number of axes by the ids in row-major order", "[graph][orders]") {
  const std::vector<std::vector<Index>> shapes{{1}, {2}, {9}, {2, 2}, {7, 11}, {11, 7}, {3, 4, 5}, {2, 2, 2, 3}};
  for (const std::vector<Index>& shape : shapes) {
    const Graph graph = grid_graph(shape);
    CHECK(grid_shape(graph, all_of(graph)) == shape);
  }
  const Graph thin = grid_graph(std::vector<Index>{3, 1, 4});
  CHECK(grid_shape(thin, all_of(thin)) == std::vector<Index>{3, 4});
}

TEST_CASE("grid shape: one edge too many or too few, or other ids, and it is no grid", "[graph][orders]") {
  std::vector<Edge> edges;
  const Graph grid = grid_graph(4, 5);
  for (NodeId u = 0; u < 20; ++u) {
    for (const NodeId v : grid.neighbors(u)) {
      if (u < v) edges.push_back({u, v});
    }
  }
  REQUIRE(grid_shape(of_edges(20, edges), all_of(grid)) == std::vector<Index>{4, 5});
  OrderFault fault;
  for (std::size_t left_out = 0; left_out < edges.size(); ++left_out) {
    std::vector<Edge> fewer = edges;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
    INFO(edges[left_out].source << " - " << edges[left_out].target);
    CHECK_FALSE(grid_shape(of_edges(20, fewer), all_of(grid), &fault));
    CHECK(fault.node >= 0);
  }
  edges.push_back({7, 13});
  CHECK_FALSE(grid_shape(of_edges(20, edges), all_of(grid), &fault));
  CHECK(fault.node == 7);
  CHECK(fault.expected == "its neighbors in a grid of 4x5 at places 2, 6, 8, 12");
  CHECK(fault.found == "2, 6, 8, 12, 13");
  Rng rng(4);
  const Graph moved = relabeled(grid, support::shuffled_ids(20, rng));
  CHECK_FALSE(grid_shape(moved, all_of(moved)));
  CHECK_FALSE(grid_shape(cycle_graph(6), all_of(cycle_graph(6))));
  CHECK_FALSE(grid_shape(of_edges(2, {}), std::vector<NodeId>{0, 1}));
  CHECK_FALSE(grid_shape(Graph(), std::vector<NodeId>{}));
}

TEST_CASE("orders: a graph with directions is refused", "[graph][orders]") {
  const Graph graph = Graph::from_edges(2, std::vector<Edge>{{0, 1}}, {.directed = true});
  CHECK_THROWS_AS(path_order(graph, all_of(graph)), ShapeError);
  CHECK_THROWS_AS(cycle_order(graph, all_of(graph)), ShapeError);
  CHECK_THROWS_AS(grid_shape(graph, all_of(graph)), ShapeError);
}
