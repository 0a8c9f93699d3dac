#include "position/spectral.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "graph/generate.h"
#include "position/component_graphs.h"
#include "position/spectral_solve.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

/// L x by its definition, one entry at a time.
std::vector<double> times_laplacian(const Graph& graph, const std::vector<double>& x) {
  const auto nodes = static_cast<std::size_t>(graph.node_count());
  const auto weight = [&](std::size_t arc) {
    return graph.weighted() ? static_cast<double>(graph.weights()[arc]) : 1.0;
  };
  std::vector<double> sums(nodes, 0.0);
  for (std::size_t u = 0; u < nodes; ++u) {
    for (auto arc = static_cast<std::size_t>(graph.offsets()[u]);
         arc < static_cast<std::size_t>(graph.offsets()[u + 1]); ++arc) {
      sums[u] += weight(arc);
    }
  }
  std::vector<double> y = x;
  for (std::size_t u = 0; u < nodes; ++u) {
    for (auto arc = static_cast<std::size_t>(graph.offsets()[u]);
         arc < static_cast<std::size_t>(graph.offsets()[u + 1]); ++arc) {
      const auto v = static_cast<std::size_t>(graph.targets()[arc]);
      y[u] -= weight(arc) * x[v] / std::sqrt(sums[u] * sums[v]);
    }
  }
  return y;
}

struct Faults {
  double residual = 0;       // largest |L x - value x|
  double orthogonality = 0;  // largest entry of X^T X - I
  double trivial = 0;        // largest inner product with sqrt(D)
};

/// Of the eigenvectors of a connected graph; the last figure where it has no weights.
Faults faults_of(const Graph& graph, const LaplacianEigenvectors& found) {
  Faults faults;
  std::vector<std::vector<double>> columns;
  for (Index j = 0; j < found.count; ++j) {
    std::vector<double> x;
    for (Index u = 0; u < found.node_count; ++u) x.push_back(found.at(u, j));
    const std::vector<double> y = times_laplacian(graph, x);
    double square = 0;
    for (std::size_t u = 0; u < x.size(); ++u) {
      const double difference = y[u] - found.values[static_cast<std::size_t>(j)] * x[u];
      square += difference * difference;
    }
    faults.residual = std::max(faults.residual, std::sqrt(square));
    columns.push_back(std::move(x));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double product = 0;
      for (std::size_t u = 0; u < columns[i].size(); ++u) product += columns[i][u] * columns[j][u];
      faults.orthogonality = std::max(faults.orthogonality, std::abs(product - (i == j ? 1.0 : 0.0)));
    }
  }
  if (!graph.weighted()) {
    for (const std::vector<double>& x : columns) {
      double product = 0;
      double degrees = 0;
      for (std::size_t u = 0; u < x.size(); ++u) {
        const auto degree = static_cast<double>(graph.degree(static_cast<NodeId>(u)));
        product += std::sqrt(degree) * x[u];
        degrees += degree;
      }
      faults.trivial = std::max(faults.trivial, std::abs(product) / std::sqrt(degrees));
    }
  }
  return faults;
}

void check_solution(const Graph& graph, const SpectralOptions& options) {
  const LaplacianEigenvectors found = laplacian_eigenvectors(graph, options);
  REQUIRE(found.components.count() == 1);
  const Faults faults = faults_of(graph, found);
  CHECK(faults.residual <= options.tolerance * 1.001);  // summed in another order
  CHECK(faults.orthogonality < 1e-11);
  CHECK(faults.trivial < 1e-11);
  CHECK(std::is_sorted(found.values.begin(), found.values.end()));
}

Graph connected_random(Index nodes, Index edges, std::uint64_t seed, const GraphOptions& options = {}) {
  Rng rng(seed);
  const Graph graph = support::random_graph(nodes, edges, rng, options);
  const ComponentGraphs parts(graph);
  return parts.graph(parts.components().largest());
}

/// A star whose hub has the highest id.
Graph star_with_last_hub(NodeId nodes) {
  std::vector<Edge> edges;
  for (NodeId u = 0; u + 1 < nodes; ++u) edges.push_back({u, nodes - 1});
  return Graph::from_edges(nodes, edges);
}

/// `arms` paths of `length` nodes that meet in node 0: a value that belongs to the arms comes arms - 1 times.
Graph spider(NodeId arms, NodeId length) {
  std::vector<Edge> edges;
  for (NodeId arm = 0; arm < arms; ++arm) {
    for (NodeId i = 0; i < length; ++i) {
      const NodeId u = 1 + arm * length + i;
      edges.push_back({i == 0 ? 0 : u - 1, u});
    }
  }
  return Graph::from_edges(1 + arms * length, edges);
}

bool same_vectors(const LaplacianEigenvectors& a, const LaplacianEigenvectors& b) { return a.vectors == b.vectors; }

}  // namespace

TEST_CASE("eigenvectors: residual, orthonormality and the first left out, dense and iterated", "[position][spectral]") {
  check_solution(karate_club(), {.count = 10});
  check_solution(connected_random(120, 200, 1), {.count = 16});
  check_solution(connected_random(700, 1200, 2), {.count = 5});
  check_solution(connected_random(900, 1500, 3), {.count = 16, .tolerance = 1e-9});
  check_solution(connected_random(600, 1500, 4, {.weighted = true}), {.count = 7});
  check_solution(grid_graph(25, 24), {.count = 12});
}

TEST_CASE("eigenvectors: an iteration finds the values of the whole decomposition", "[position][spectral]") {
  for (const Graph& graph : {connected_random(500, 800, 5), grid_graph(20, 20), support::cycle(300)}) {
    const WalkMatrix walk(graph);
    REQUIRE_FALSE(prefers_dense_pairs(graph.node_count(), 12));
    const LaplacianPairs whole = dense_laplacian_pairs(walk, 12);
    const LaplacianPairs iterated = iterated_laplacian_pairs(walk, {.count = 12, .tolerance = 1e-7});
    for (std::size_t j = 0; j < 12; ++j) {
      // A value errs by at most the residual.
      CHECK(std::abs(whole.values[j] - iterated.values[j]) < 1e-7);
    }
  }
}

TEST_CASE("eigenvectors: known values on cycles, paths, complete graphs and stars, repeated ones all there",
          "[position][spectral]") {
  using std::numbers::pi;
  for (const Index n : {40, 400}) {
    const auto cycle = laplacian_eigenvectors(support::cycle(n), {.count = 6}).values;
    const auto path = laplacian_eigenvectors(support::path(n), {.count = 6}).values;
    const auto complete = laplacian_eigenvectors(support::complete(n), {.count = 6}).values;
    const auto star = laplacian_eigenvectors(support::star(n), {.count = 6}).values;
    for (std::size_t j = 0; j < 6; ++j) {
      const auto frequency = static_cast<double>(j / 2 + 1);
      const auto nodes = static_cast<double>(n);
      CHECK(cycle[j] == Approx(1 - std::cos(2 * pi * frequency / nodes)).margin(1e-9));
      CHECK(path[j] == Approx(1 - std::cos(pi * static_cast<double>(j + 1) / (nodes - 1))).margin(1e-9));
      CHECK(complete[j] == Approx(nodes / (nodes - 1)));
      CHECK(star[j] == Approx(1.0));
    }
  }
}

TEST_CASE("eigenvectors: where a value repeats more often than asked for, vectors are still orthonormal",
          "[position][spectral]") {
  check_solution(support::complete(300), {.count = 16});
  check_solution(support::star(500), {.count = 16});
  check_solution(support::cycle(600), {.count = 15});  // an odd number cuts a pair
  check_solution(spider(60, 12), {.count = 16});       // more often than the block is wide
  check_solution(spider(60, 12), {.count = 30});
}

TEST_CASE("eigenvectors: a coarse tolerance, reached from columns that are nearly one, leaves them orthonormal",
          "[position][spectral]") {
  check_solution(support::path(3000), {.count = 16, .tolerance = 1e-2});
  check_solution(support::path(3000), {.count = 16, .tolerance = 1e-3});
  check_solution(grid_graph(40, 50), {.count = 4, .tolerance = 1e-2});
}

TEST_CASE("component graphs: parts of a weighted union are the graphs that were united", "[position][spectral]") {
  const Graph first = connected_random(50, 80, 12, {.weighted = true});
  const Graph second = connected_random(30, 60, 13, {.weighted = true});
  const ComponentGraphs both(disjoint_union(std::vector<Graph>{first, second}));
  REQUIRE(both.count() == 2);
  CHECK(support::same_graph(both.graph(0), first));
  CHECK(support::same_graph(both.graph(1), second));
  CHECK(both.nodes(1).front() == first.node_count());
}

TEST_CASE("eigenvectors: hubs first inside, rows in the order of the nodes outside", "[position][spectral]") {
  check_solution(star_with_last_hub(17000), {.count = 2});
}

TEST_CASE("eigenvectors: each component has its own, as if it were alone, and zeros beyond", "[position][spectral]") {
  const Graph large = connected_random(300, 600, 6);
  const std::vector<Graph> parts{support::path(5), large, support::path(1), support::cycle(9)};
  const Graph graph = disjoint_union(parts);
  const SpectralOptions options{.count = 6};
  const LaplacianEigenvectors all = laplacian_eigenvectors(graph, options);
  const Coordinates coordinates = spectral_coordinates(graph, {}, options);
  REQUIRE(all.components.count() == 4);
  Index first = 0;
  for (Index part = 0; part < 4; ++part) {
    const Graph& alone = parts[static_cast<std::size_t>(part)];
    const LaplacianEigenvectors own = laplacian_eigenvectors(alone, options);
    CHECK(all.found(part) == std::min<Index>(6, alone.node_count() - 1));
    Index wrong = 0;
    for (Index u = 0; u < alone.node_count(); ++u) {
      for (Index j = 0; j < 6; ++j) {
        wrong += all.at(first + u, j) != own.at(u, j);
        wrong += coordinates.is_valid(first + u, j) != (j < all.found(part));
        if (j >= all.found(part)) wrong += coordinates.values.at(first + u, j) != Real(0);
      }
    }
    CHECK(wrong == 0);
    for (Index j = 0; j < 6; ++j) {
      CHECK(std::isnan(all.values[static_cast<std::size_t>(part * 6 + j)]) == (j >= all.found(part)));
    }
    first += alone.node_count();
  }
}

TEST_CASE("eigenvectors: more asked for than there are, one node, and none: zeros, never an error",
          "[position][spectral]") {
  const Coordinates few = spectral_coordinates(support::path(3), {}, {.count = 40});
  REQUIRE(few.values.shape() == Shape{3, 40});
  CHECK(few.is_valid(0, 1));
  CHECK_FALSE(few.is_valid(0, 2));
  CHECK(few.values.at(2, 39) == Real(0));
  const Coordinates one = spectral_coordinates(support::path(1), {}, {.count = 2});
  CHECK(one.valid == std::vector<std::uint8_t>{0, 0});
  CHECK(spectral_coordinates(Graph(), {}, {.count = 2}).values.shape() == Shape{0, 2});
  CHECK(spectral_coordinates(support::path(9), {}, {.count = 2}).valid.empty());
}

TEST_CASE("eigenvectors: the largest entry is positive, the first of those as large", "[position][spectral]") {
  for (const Graph& graph : {support::path(200), support::path(9), connected_random(400, 700, 7)}) {
    const LaplacianEigenvectors found = laplacian_eigenvectors(graph, {.count = 4});
    for (Index j = 0; j < 4; ++j) {
      double largest = 0;
      for (Index u = 0; u < found.node_count; ++u) largest = std::max(largest, std::abs(found.at(u, j)));
      Index u = 0;
      while (std::abs(found.at(u, j)) < (1 - 1e-4) * largest) ++u;
      CHECK(found.at(u, j) > 0);
    }
  }
}

TEST_CASE("eigenvectors: another seed gives the same vectors where no value repeats, signs too",
          "[position][spectral]") {
  // A path: its vectors are as large at one end as at the other, up to rounding.
  const LaplacianEigenvectors a = laplacian_eigenvectors(support::path(150), {.count = 5, .tolerance = 1e-10});
  const LaplacianEigenvectors b =
      laplacian_eigenvectors(support::path(150), {.count = 5, .tolerance = 1e-10, .seed = 9});
  CHECK_FALSE(same_vectors(a, b));
  double worst = 0;
  for (std::size_t i = 0; i < a.vectors.size(); ++i) worst = std::max(worst, std::abs(a.vectors[i] - b.vectors[i]));
  // Vectors err by residual over gap: 1e-10 / 6e-4.
  CHECK(worst < 1e-6);
}

TEST_CASE("eigenvectors: relabeling the nodes moves the rows", "[position][spectral]") {
  const Graph graph = connected_random(350, 600, 8);
  Rng rng(9);
  const std::vector<NodeId> new_id = support::shuffled_ids(graph.node_count(), rng);
  const SpectralOptions options{.count = 3, .tolerance = 1e-10};
  const LaplacianEigenvectors plain = laplacian_eigenvectors(graph, options);
  const LaplacianEigenvectors moved = laplacian_eigenvectors(relabeled(graph, new_id), options);
  double worst = 0;
  for (Index u = 0; u < graph.node_count(); ++u) {
    for (Index j = 0; j < 3; ++j) {
      const double other = moved.at(new_id[static_cast<std::size_t>(u)], j);
      worst = std::max(worst, std::abs(plain.at(u, j) - other));
    }
  }
  CHECK(worst < 1e-6);  // gaps are above 1e-3
}

TEST_CASE("eigenvectors: the same bits for any number of threads, and again", "[position][spectral]") {
  Rng rng(10);
  const Graph graph = disjoint_union(std::vector<Graph>{connected_random(1500, 2600, 11), grid_graph(6, 7),
                                                        gnm_graph(60, 50, rng), support::star(400)});
  const auto with = [&](int threads) {
    const support::Threads scope(threads);
    return laplacian_eigenvectors(graph, {.count = 9});
  };
  const LaplacianEigenvectors one = with(1);
  CHECK(same_vectors(one, with(1)));
  CHECK(same_vectors(one, with(2)));
  CHECK(same_vectors(one, with(5)));
}

TEST_CASE("eigenvectors: directions are ignored, weights of both add", "[position][spectral]") {
  const std::vector<Edge> arcs{{0, 1, 2}, {1, 0, 1}, {1, 2, 4}, {3, 2, 1}, {0, 3, 5}};
  const std::vector<Edge> edges{{0, 1, 3}, {1, 2, 4}, {3, 2, 1}, {0, 3, 5}};
  const Graph directed = Graph::from_edges(4, arcs, {.directed = true, .weighted = true});
  const Graph undirected = Graph::from_edges(4, edges, {.weighted = true});
  CHECK(same_vectors(laplacian_eigenvectors(directed, {.count = 3}), laplacian_eigenvectors(undirected, {.count = 3})));
  const Graph weightless = Graph::from_edges(3, std::vector<Edge>{{0, 1}, {1, 0}, {2, 1}}, {.directed = true});
  CHECK(same_vectors(laplacian_eigenvectors(weightless, {.count = 2}),
                     laplacian_eigenvectors(support::path(3), {.count = 2})));
}

TEST_CASE("eigenvectors: as coordinates of unit length, or of unit mean square", "[position][spectral]") {
  const Graph graph = disjoint_union(std::vector<Graph>{support::cycle(12), support::path(30)});
  std::vector<std::int32_t> graphs(12, 0);
  graphs.resize(42, 1);
  for (const SpectralScale scale : {SpectralScale::unit, SpectralScale::root_mean_square}) {
    const Coordinates found = spectral_coordinates(graph, graphs, {.count = 3, .scale = scale});
    CHECK(found.graph_of_node == graphs);
    for (Index j = 0; j < 3; ++j) {
      double squares[2] = {0, 0};
      for (Index u = 0; u < 42; ++u) {
        const auto value = static_cast<double>(found.values.at(u, j));
        squares[u < 12 ? 0 : 1] += value * value;
      }
      CHECK(squares[0] == Approx(scale == SpectralScale::unit ? 1 : 12).epsilon(1e-5));
      CHECK(squares[1] == Approx(scale == SpectralScale::unit ? 1 : 30).epsilon(1e-5));
    }
  }
}

TEST_CASE("eigenvectors: options and weights that make no sense are refused, and work has an end",
          "[position][spectral]") {
  const Graph graph = support::path(4);
  CHECK_THROWS_AS(laplacian_eigenvectors(graph, {.count = 0}), UsageError);
  CHECK_THROWS_AS(laplacian_eigenvectors(graph, {.tolerance = 0}), UsageError);
  CHECK_THROWS_AS(laplacian_eigenvectors(graph, {.tolerance = std::nan("")}), UsageError);
  CHECK_THROWS_AS(spectral_coordinates(graph, std::vector<std::int32_t>{0, 0}, {}), ShapeError);
  const Graph negative = Graph::from_edges(2, std::vector<Edge>{{0, 1, -1}}, {.weighted = true});
  CHECK_THROWS_AS(laplacian_eigenvectors(negative), UsageError);
  const WalkMatrix walk(grid_graph(30, 30));
  CHECK_THROWS_AS(iterated_laplacian_pairs(walk, {.count = 8, .most_products = 10}), NumericError);
  CHECK_THROWS_AS(iterated_laplacian_pairs(WalkMatrix(support::cycle(20)), {.count = 8}), UsageError);
  CHECK_THROWS_AS(dense_laplacian_pairs(WalkMatrix(support::path(8193)), 1), UsageError);
}
