#include "data/path_sum.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

struct Trees {
  Graph graph;
  std::vector<std::int32_t> graph_of_node;
};

Trees some_trees(Index count, Index size, Rng& rng) {
  std::vector<Graph> graphs;
  Trees trees;
  for (Index g = 0; g < count; ++g) {
    graphs.push_back(random_recursive_tree(size, rng));
    trees.graph_of_node.insert(trees.graph_of_node.end(), static_cast<std::size_t>(size), static_cast<std::int32_t>(g));
  }
  trees.graph = disjoint_union(graphs);
  return trees;
}

double mark(const PathSum& task, NodeId u) { return static_cast<double>(task.marks.at(u, 0)); }

}  // namespace

TEST_CASE("path sum: labels are the signs of the sums over the way back to the root", "[data][path_sum]") {
  Rng rng(1);
  const Trees trees = some_trees(5, 40, rng);
  const PathSum task = make_path_sum(trees.graph, trees.graph_of_node, rng);
  CHECK(task.roots == std::vector<NodeId>{0, 40, 80, 120, 160});
  for (const NodeId root : task.roots) {
    const std::vector<std::int32_t> depth = hop_distances(trees.graph, root);
    for (NodeId u = root; u < root + 40; ++u) {
      double sum = 0;
      for (NodeId at = u; at != root;) {  // up, one node at a time
        const auto row = trees.graph.neighbors(at);
        at = *std::find_if(row.begin(), row.end(), [&](NodeId v) {
          return depth[static_cast<std::size_t>(v)] < depth[static_cast<std::size_t>(at)];
        });
        sum += mark(task, at);
      }
      CHECK(task.labels[static_cast<std::size_t>(u)] == (sum > 0 ? 1 : 0));
    }
  }
}

TEST_CASE("path sum: marks are +1 and -1 with equal odds, and no node's own mark counts", "[data][path_sum]") {
  Rng rng(2);
  const Graph star = support::star(10001);
  const PathSum task = make_path_sum(star, {}, rng);
  double sum = 0;
  for (NodeId u = 0; u < 10001; ++u) {
    CHECK(std::abs(mark(task, u)) == 1);
    sum += mark(task, u);
    if (u > 0) CHECK(task.labels[static_cast<std::size_t>(u)] == (mark(task, 0) > 0 ? 1 : 0));
  }
  CHECK(std::abs(sum) < 500);  // 5 deviations
  CHECK(task.labels[0] == 0);
}

TEST_CASE("path sum: the same for the same seed, another for another", "[data][path_sum]") {
  Rng trees_rng(3);
  const Trees trees = some_trees(3, 30, trees_rng);
  const auto labels = [&](std::uint64_t seed) {
    Rng rng(seed);
    return make_path_sum(trees.graph, trees.graph_of_node, rng).labels;
  };
  CHECK(labels(1) == labels(1));
  CHECK(labels(1) != labels(2));
}

TEST_CASE("path sum: graphs that are no trees are refused by their number", "[data][path_sum]") {
  Rng rng(4);
  const auto make = [&](const Graph& graph, std::vector<std::int32_t> graph_of_node = {}) {
    return make_path_sum(graph, graph_of_node, rng);
  };
  using Catch::Contains;
  CHECK(make(support::path(1)).labels == std::vector<std::int32_t>{0});
  CHECK_THROWS_AS(make(Graph()), UsageError);
  CHECK_THROWS_WITH(make(support::cycle(5)), Contains("graph 0 of 5 nodes and 10 arcs"));
  // 5 nodes and 4 edges, but a triangle and a pair.
  const Graph triangle = Graph::from_edges(5, std::vector<Edge>{{0, 1}, {1, 2}, {2, 0}, {3, 4}});
  CHECK_THROWS_WITH(make(triangle), Contains("not connected"));
  CHECK_THROWS_WITH(make(disjoint_union(std::vector<Graph>{support::path(3), support::cycle(3)}), {0, 0, 0, 1, 1, 1}),
                    Contains("graph 1"));
  CHECK_THROWS_WITH(make(support::path(3), {0, 0, 2}), Contains("graph 0"));
  CHECK_THROWS_WITH(make(disjoint_union(std::vector<Graph>{support::path(2), support::path(2)}), {0, 0, 2, 2}),
                    Contains("graph 1 of 0 nodes"));
  const Graph crossed = Graph::from_edges(4, std::vector<Edge>{{0, 2}, {1, 3}});
  CHECK_THROWS_WITH(make(crossed, {0, 0, 1, 1}), Contains("another graph"));
  CHECK_THROWS_AS(make(Graph::from_edges(2, std::vector<Edge>{{0, 1}}, {.directed = true})), UsageError);
  CHECK_THROWS_AS(make(Graph::from_edges(2, std::vector<Edge>{{0, 1}, {1, 1}})), UsageError);
}
