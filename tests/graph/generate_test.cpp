#include "graph/generate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

bool has_edge(const Graph& graph, NodeId u, NodeId v) {
  const auto row = graph.neighbors(u);
  return std::binary_search(row.begin(), row.end(), v);
}

Index triangle_count(const Graph& graph) {
  Index count = 0;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      for (const NodeId w : graph.neighbors(v)) count += u < v && v < w && has_edge(graph, u, w) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("karate: 34 nodes, 78 edges, the known degrees and 45 triangles", "[graph][generate]") {
  const Graph graph = karate_club();
  CHECK(graph.node_count() == 34);
  CHECK(graph.edge_count() == 78);
  CHECK(graph.degree(33) == 17);
  CHECK(graph.degree(0) == 16);
  std::vector<Index> degrees;
  for (NodeId u = 0; u < 34; ++u) degrees.push_back(graph.degree(u));
  CHECK(degrees == std::vector<Index>{16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2,  2,
                                      2,  2, 3,  2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12, 17});
  CHECK(triangle_count(graph) == 45);
  CHECK(connected_components(graph).count() == 1);
}

TEST_CASE("path and cycle: degrees and ends are right, and small ones degenerate", "[graph][generate]") {
  CHECK(path_graph(0).node_count() == 0);
  CHECK(path_graph(1).edge_count() == 0);
  CHECK(path_graph(5).edge_count() == 4);
  CHECK(path_graph(5).degree(0) == 1);
  CHECK(has_edge(path_graph(5), 3, 4));
  CHECK(cycle_graph(5).edge_count() == 5);
  CHECK(has_edge(cycle_graph(5), 0, 4));
  CHECK(cycle_graph(2).edge_count() == 1);
  CHECK(cycle_graph(3).edge_count() == 3);
}

TEST_CASE("grid: hop distances are the sums of the differences along each axis", "[graph][generate]") {
  const std::vector<Index> extents{3, 4, 5};
  const Graph graph = grid_graph(extents);
  CHECK(graph.edge_count() == 2 * 4 * 5 + 3 * 3 * 5 + 3 * 4 * 4);
  const std::vector<std::int32_t> hops = hop_distances(graph, 0);
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < 4; ++j) {
      for (Index k = 0; k < 5; ++k) CHECK(hops[static_cast<std::size_t>((i * 4 + j) * 5 + k)] == i + j + k);
    }
  }
  CHECK(grid_graph(20, 20).edge_count() == 760);
  CHECK(has_edge(grid_graph(2, 3), 1, 4));
  CHECK_FALSE(has_edge(grid_graph(2, 3), 2, 3));  // the end of one row and the start of the next
  CHECK(grid_graph(0, 3).node_count() == 0);
  CHECK_THROWS_AS(grid_graph(50000, 50000), UsageError);
  CHECK_THROWS_AS(grid_graph(-1, 3), UsageError);
}

TEST_CASE("caveman: without rewiring each clique lacks its first edge and is tied to the clique before",
          "[graph][generate]") {
  Rng rng(1);
  const Graph graph = caveman_graph(20, 20, 0, rng);
  CHECK(graph.node_count() == 400);
  CHECK(graph.edge_count() == 3800);
  CHECK_FALSE(has_edge(graph, 20, 21));
  CHECK(has_edge(graph, 20, 19));
  CHECK(has_edge(graph, 0, 399));
  CHECK(has_edge(graph, 22, 21));
  CHECK(connected_components(graph).count() == 1);
}

TEST_CASE("caveman: rewiring moves about the asked share of the edges and keeps their first ends",
          "[graph][generate]") {
  Rng rng(2);
  const Graph before = caveman_graph(20, 20, 0, rng);
  Index moved = 0;
  constexpr int trials = 20;
  for (int trial = 0; trial < trials; ++trial) {
    const Graph graph = caveman_graph(20, 20, 0.01, rng);
    CHECK(graph.edge_count() <= 3800);
    CHECK(graph.edge_count() >= 3795);  // x = u for 1 move in 400
    CHECK(graph.counts().self_loops == 0);
    for (NodeId u = 0; u < 400; ++u) {
      for (const NodeId v : before.neighbors(u)) moved += u < v && !has_edge(graph, u, v) ? 1 : 0;
    }
  }
  // 76,000 edges move with probability 0.01 x 0.9525 (19 of 400 ends exist): 724, deviation 27; 5 of them.
  CHECK(std::abs(static_cast<double>(moved) - 724) < 135);
  CHECK_THROWS_AS(caveman_graph(20, 1, 0, rng), UsageError);
  CHECK_THROWS_AS(caveman_graph(0, 20, 0, rng), UsageError);
  CHECK_THROWS_AS(caveman_graph(20, 20, 1.5, rng), UsageError);
}

TEST_CASE("gnp: no edges at 0, all at 1, and in between the expected number", "[graph][generate]") {
  Rng rng(3);
  CHECK(gnp_graph(50, 0, rng).edge_count() == 0);
  CHECK(support::same_graph(gnp_graph(50, 1, rng), support::complete(50)));
  const Graph graph = gnp_graph(2000, 0.005, rng);
  CHECK(std::abs(static_cast<double>(graph.edge_count()) - 9995) < 500);  // 1,999,000 pairs; 5 sqrt(9945)
  CHECK(graph.counts().self_loops == 0);
  CHECK(graph.counts().merged_duplicates == 0);
  CHECK(gnp_graph(0, 0.5, rng).node_count() == 0);
  CHECK(gnp_graph(1, 0.5, rng).edge_count() == 0);
  CHECK_THROWS_AS(gnp_graph(5, 1.1, rng), UsageError);
  CHECK_THROWS_AS(gnp_graph(5, std::nan(""), rng), UsageError);
}

TEST_CASE("gnp: every pair is as likely as any other", "[graph][generate]") {
  Rng rng(4);
  std::vector<int> hits(36, 0);
  constexpr int trials = 4000;
  for (int trial = 0; trial < trials; ++trial) {
    const Graph graph = gnp_graph(9, 0.3, rng);
    std::size_t pair = 0;
    for (NodeId u = 0; u < 9; ++u) {
      for (NodeId v = 0; v < u; ++v) hits[pair++] += has_edge(graph, u, v) ? 1 : 0;
    }
  }
  for (const int hit : hits) CHECK(std::abs(hit - 1200) < 145);  // 5 sqrt(4000 * 0.21)
}

TEST_CASE("gnm: exactly the asked edges, sparse and dense, every pair as likely", "[graph][generate]") {
  Rng rng(5);
  CHECK(gnm_graph(100, 0, rng).edge_count() == 0);
  CHECK(gnm_graph(100, 700, rng).edge_count() == 700);
  CHECK(gnm_graph(100, 4900, rng).edge_count() == 4900);
  CHECK(support::same_graph(gnm_graph(10, 45, rng), support::complete(10)));
  CHECK_THROWS_AS(gnm_graph(10, 46, rng), UsageError);
  CHECK_THROWS_AS(gnm_graph(10, -1, rng), UsageError);
  for (const Index edges : {5, 16}) {  // below and above half of 21 pairs
    std::vector<int> hits(21, 0);
    constexpr int trials = 4000;
    for (int trial = 0; trial < trials; ++trial) {
      const Graph graph = gnm_graph(7, edges, rng);
      std::size_t pair = 0;
      for (NodeId u = 0; u < 7; ++u) {
        for (NodeId v = 0; v < u; ++v) hits[pair++] += has_edge(graph, u, v) ? 1 : 0;
      }
    }
    const double share = static_cast<double>(edges) / 21;
    for (const int hit : hits) CHECK(std::abs(hit - trials * share) < 5 * std::sqrt(trials * share * (1 - share)));
  }
}

TEST_CASE("block model: each pair of blocks has its own density", "[graph][generate]") {
  Rng rng(6);
  const std::vector<Index> sizes{300, 500, 0, 200};
  std::vector<double> probabilities(16, 0.01);
  probabilities[0] = 0.1;           // within block 0
  probabilities[1 * 4 + 3] = 0.05;  // between 1 and 3
  probabilities[3 * 4 + 1] = 0.05;
  probabilities[3 * 4 + 3] = 0;
  const Graph graph = block_model_graph(sizes, probabilities, rng);
  CHECK(graph.node_count() == 1000);
  const auto block_of = [](NodeId u) { return u < 300 ? 0 : u < 800 ? 1 : 3; };
  std::vector<Index> found(16, 0);
  for (NodeId u = 0; u < 1000; ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (v < u) ++found[static_cast<std::size_t>(block_of(u) * 4 + block_of(v))];
    }
  }
  const auto expect = [&](int a, int b, double pairs, double probability) {
    const double mean = pairs * probability;
    CHECK(std::abs(static_cast<double>(found[static_cast<std::size_t>(a * 4 + b)]) - mean) <= 5 * std::sqrt(mean));
  };
  expect(0, 0, 300 * 299 / 2.0, 0.1);
  expect(1, 0, 300 * 500, 0.01);
  expect(1, 1, 500 * 499 / 2.0, 0.01);
  expect(3, 0, 200 * 300, 0.01);
  expect(3, 1, 200 * 500, 0.05);
  expect(3, 3, 200 * 199 / 2.0, 0);
  probabilities[1] = 0.5;  // no longer symmetric
  CHECK_THROWS_AS(block_model_graph(sizes, probabilities, rng), UsageError);
  CHECK_THROWS_AS(block_model_graph(sizes, std::vector<double>(9, 0.1), rng), UsageError);
}

TEST_CASE("geometric: exactly the pairs within the radius are tied", "[graph][generate]") {
  Rng rng(7);
  for (const double radius : {0.0, 0.03, 0.2, 0.7, 2.0}) {
    const GeometricGraph made = geometric_graph(300, radius, rng);
    for (NodeId u = 0; u < 300; ++u) {
      const auto& [x, y] = made.coordinates[static_cast<std::size_t>(u)];
      REQUIRE((x >= 0 && x < 1 && y >= 0 && y < 1));
      for (NodeId v = 0; v < u; ++v) {
        const auto& [other_x, other_y] = made.coordinates[static_cast<std::size_t>(v)];
        REQUIRE(has_edge(made.graph, u, v) == (std::hypot(x - other_x, y - other_y) <= radius));
      }
    }
  }
  CHECK(geometric_graph(0, 0.1, rng).graph.node_count() == 0);
  CHECK_THROWS_AS(geometric_graph(10, -0.1, rng), UsageError);
}

TEST_CASE("rmat: quadrants are hit with their shares, and degrees are skewed", "[graph][generate]") {
  Rng rng(8);
  const Graph graph = rmat_graph(12, 16, rng);
  CHECK(graph.node_count() == 4096);
  CHECK(graph.edge_count() < 16 * 4096);
  CHECK(graph.edge_count() > 8 * 4096);
  CHECK(graph.counts().self_loops == 0);
  CHECK(static_cast<double>(degree_statistics(graph).most) > 10 * degree_statistics(graph).mean);
  // Two nodes: of 4096 draws 0.57 + 0.05 are self-loops; one edge is left, or none where all quadrants are on the
  // diagonal.
  CHECK(rmat_graph(1, 2048, rng).edge_count() == 1);
  CHECK(rmat_graph(1, 2048, rng, {.a = 0.5, .b = 0, .c = 0}).edge_count() == 0);
  CHECK(rmat_graph(0, 5, rng).node_count() == 1);
  CHECK_THROWS_AS(rmat_graph(31, 1, rng), UsageError);
  CHECK_THROWS_AS(rmat_graph(5, 1, rng, {.a = 0.9, .b = 0.2, .c = 0}), UsageError);
}

TEST_CASE("rmat: even shares give even degrees", "[graph][generate]") {
  Rng rng(9);
  const Graph graph = rmat_graph(10, 16, rng, {.a = 0.25, .b = 0.25, .c = 0.25});
  // A degree is about Poisson of mean 31.5 (some draws merge): 1,024 of them stay within 6 deviations of 5.7.
  CHECK(degree_statistics(graph).most < 66);
  CHECK(degree_statistics(graph).least > 5);
}

TEST_CASE("random recursive tree: a tree, whose mean depth grows as the harmonic number", "[graph][generate]") {
  double depth = 0;
  constexpr int trials = 50;
  for (int trial = 0; trial < trials; ++trial) {
    Rng rng(static_cast<std::uint64_t>(trial));
    const Graph tree = random_recursive_tree(500, rng);
    CHECK(tree.edge_count() == 499);
    CHECK(connected_components(tree).count() == 1);
    depth += hop_distances(tree, 0)[499];
  }
  // The depth of the last node has mean H(499) = 6.79 and variance H - pi^2 / 6 = 5.15: 5 sqrt(5.15 / 50).
  CHECK(std::abs(depth / trials - 6.79) < 1.6);
}

TEST_CASE("generators: the same seed gives the same graph for 1, 2 and 3 threads, and the next draw another",
          "[graph][generate]") {
  const auto make_all = [](int threads, std::uint64_t seed) {
    const support::Threads scope(threads);
    Rng rng(seed);
    std::vector<Graph> graphs;
    graphs.push_back(caveman_graph(5, 6, 0.1, rng));
    graphs.push_back(gnp_graph(500, 0.02, rng));
    graphs.push_back(gnm_graph(500, 900, rng));
    graphs.push_back(block_model_graph(std::vector<Index>{100, 200}, std::vector<double>{0.1, 0.05, 0.05, 0.1}, rng));
    graphs.push_back(geometric_graph(400, 0.1, rng).graph);
    graphs.push_back(rmat_graph(12, 16, rng));
    graphs.push_back(random_recursive_tree(300, rng));
    graphs.push_back(gnp_graph(500, 0.02, rng));
    return graphs;
  };
  const std::vector<Graph> one = make_all(1, 5);
  for (const int threads : {2, 3}) {
    const std::vector<Graph> other = make_all(threads, 5);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(support::same_graph(one[i], other[i]));
  }
  const std::vector<Graph> seeded = make_all(1, 6);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK_FALSE(support::same_graph(one[i], seeded[i]));
  CHECK_FALSE(support::same_graph(one[1], one.back()));
}
