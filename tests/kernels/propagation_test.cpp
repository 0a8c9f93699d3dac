#include "kernels/propagation.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "kernels/reference.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

using Matrix = std::vector<std::vector<double>>;

/// Row v, column u: the weight with which v pulls from u.
Matrix dense(const Propagation& propagation) {
  Matrix matrix(static_cast<std::size_t>(propagation.target_count()),
                std::vector<double>(static_cast<std::size_t>(propagation.source_count())));
  for_arcs(propagation, [&](Index v, Index u, double weight, EdgeId) {
    matrix[static_cast<std::size_t>(v)][static_cast<std::size_t>(u)] += weight;
  });
  return matrix;
}

Matrix adjacency(const Graph& graph) {
  const auto n = static_cast<std::size_t>(graph.node_count());
  Matrix matrix(n, std::vector<double>(n));
  for (std::size_t u = 0; u < n; ++u) {
    for (auto k = static_cast<std::size_t>(graph.offsets()[u]); k < static_cast<std::size_t>(graph.offsets()[u + 1]);
         ++k) {
      matrix[static_cast<std::size_t>(graph.targets()[k])][u] =
          graph.weighted() ? static_cast<double>(graph.weights()[k]) : 1;
    }
  }
  return matrix;
}

/// The formulas of Normalization on a dense matrix.
Matrix normalized(Matrix a, Normalization normalization) {
  const std::size_t n = a.size();
  for (std::size_t v = 0; v < n; ++v) {
    for (std::size_t u = 0; u < n; ++u) {
      if (normalization == Normalization::self_loops) a[v][u] = a[v][u] != 0 || u == v ? 1 : 0;
      if (normalization == Normalization::symmetric_self_loops && u == v && a[v][v] == 0) a[v][v] = 1;
    }
  }
  if (normalization == Normalization::sum || normalization == Normalization::self_loops) return a;
  std::vector<double> degree(n);
  for (std::size_t v = 0; v < n; ++v) {
    for (std::size_t u = 0; u < n; ++u) degree[v] += a[v][u];
  }
  for (std::size_t v = 0; v < n; ++v) {
    for (std::size_t u = 0; u < n; ++u) {
      if (a[v][u] == 0) continue;
      if (normalization == Normalization::mean)
        a[v][u] /= degree[v];
      else
        a[v][u] = degree[u] == 0 ? 0 : a[v][u] / std::sqrt(degree[u] * degree[v]);
    }
  }
  return a;
}

double largest_difference(const Matrix& a, const Matrix& b) {
  double worst = 0;
  for (std::size_t v = 0; v < a.size(); ++v) {
    for (std::size_t u = 0; u < a[v].size(); ++u) worst = std::max(worst, std::abs(a[v][u] - b.at(v).at(u)));
  }
  return worst;
}

/// Twelve nodes: 10 and 11 without edges, 0 and 3 with self-loops.
Graph example_graph(bool directed, bool weighted) {
  Rng rng(1);
  std::vector<Edge> edges{{0, 0, Real(0.5)}, {3, 3, Real(2)}};
  for (int k = 0; k < 25; ++k) {
    edges.push_back(
        {static_cast<NodeId>(rng.below(10)), static_cast<NodeId>(rng.below(10)), rng.uniform(Real(0.1), Real(2))});
  }
  return Graph::from_edges(12, edges, {directed, weighted});
}

constexpr Normalization all_normalizations[] = {Normalization::sum, Normalization::mean, Normalization::self_loops,
                                                Normalization::symmetric, Normalization::symmetric_self_loops};

}  // namespace

TEST_CASE("Propagation::from_graph: every normalization agrees with its formula on the dense matrix",
          "[kernels][propagation]") {
  for (const bool directed : {false, true}) {
    for (const bool weighted : {false, true}) {
      const Graph graph = example_graph(directed, weighted);
      for (const Normalization normalization : all_normalizations) {
        CAPTURE(directed, weighted, static_cast<int>(normalization));
        const Propagation propagation = Propagation::from_graph(graph, normalization);
        CHECK(largest_difference(dense(propagation), normalized(adjacency(graph), normalization)) <=
              4 * std::numeric_limits<Real>::epsilon());
      }
    }
  }
}

TEST_CASE("Propagation::from_graph: messages flow along arcs", "[kernels][propagation]") {
  const Graph graph = Graph::from_edges(3, std::vector<Edge>{{0, 1}, {0, 2}}, {true, false});
  const Tensor y = kernels::propagate(Propagation::from_graph(graph, Normalization::sum), Tensor({3, 1}, {5, 6, 7}));
  CHECK(y.at(0, 0) == 0);
  CHECK(y.at(1, 0) == 5);
  CHECK(y.at(2, 0) == 5);
}

TEST_CASE("Propagation::from_graph: self-loops keep sources ascending and are not doubled", "[kernels][propagation]") {
  const Graph graph = example_graph(false, false);
  const Propagation propagation = Propagation::from_graph(graph, Normalization::self_loops);
  CHECK(propagation.weights().empty());
  CHECK(propagation.arc_count() == graph.arc_count() + 12 - graph.counts().self_loops);
  for (std::size_t v = 0; v < 12; ++v) {
    for (EdgeId k = propagation.offsets()[v] + 1; k < propagation.offsets()[v + 1]; ++k) {
      REQUIRE(propagation.sources()[static_cast<std::size_t>(k) - 1] <
              propagation.sources()[static_cast<std::size_t>(k)]);
    }
  }
}

TEST_CASE("Propagation::from_graph: arcs stay in the memory of an undirected graph, which they keep",
          "[kernels][propagation]") {
  auto graph = std::make_unique<Graph>(example_graph(false, true));
  const NodeId* const targets = graph->targets().data();
  const Propagation sum = Propagation::from_graph(*graph, Normalization::sum);
  const Propagation mean = Propagation::from_graph(*graph, Normalization::mean);
  const Propagation symmetric = Propagation::from_graph(*graph, Normalization::symmetric);
  const Matrix before = dense(sum);
  graph.reset();
  CHECK(sum.sources().data() == targets);
  CHECK(mean.sources().data() == targets);
  CHECK(symmetric.sources().data() == targets);
  CHECK(dense(sum) == before);
}

TEST_CASE("Propagation::from_graph: the same bits for 1, 2 and 3 threads, over several blocks of rows",
          "[kernels][propagation]") {
  Rng rng(8);
  const Graph graph = support::random_graph(20000, 60000, rng, {.directed = true, .weighted = true});
  for (const Normalization normalization : {Normalization::sum, Normalization::mean, Normalization::self_loops,
                                            Normalization::symmetric, Normalization::symmetric_self_loops}) {
    const auto made = [&](int threads) {
      const support::Threads scope(threads);
      return Propagation::from_graph(graph, normalization);
    };
    const Propagation one = made(1);
    // The constructor checks what from_graph takes for granted.
    CHECK_NOTHROW(Propagation(20000, 20000, {one.offsets().begin(), one.offsets().end()},
                              {one.sources().begin(), one.sources().end()},
                              {one.weights().begin(), one.weights().end()}));
    for (const int threads : {2, 3}) {
      const Propagation other = made(threads);
      CHECK(std::equal(one.offsets().begin(), one.offsets().end(), other.offsets().begin(), other.offsets().end()));
      CHECK(std::equal(one.sources().begin(), one.sources().end(), other.sources().begin(), other.sources().end()));
      CHECK(std::equal(one.weights().begin(), one.weights().end(), other.weights().begin(), other.weights().end()));
    }
  }
}

TEST_CASE("Propagation::transposed: is the transposed matrix, and knows each arc's place", "[kernels][propagation]") {
  Rng rng(2);
  for (const bool weighted : {false, true}) {
    const Propagation propagation = random_propagation(9, 14, 4, weighted, rng);
    const auto back = propagation.transposed();
    const auto arcs = propagation.transposed_arcs();
    const Propagation turned(14, 9, {back.offsets.begin(), back.offsets.end()},
                             {back.targets.begin(), back.targets.end()}, {back.weights.begin(), back.weights.end()});
    const Matrix forward = dense(propagation);
    const Matrix backward = dense(turned);
    for (std::size_t v = 0; v < 14; ++v) {
      for (std::size_t u = 0; u < 9; ++u) REQUIRE(forward[v][u] == backward[u][v]);
    }
    REQUIRE(arcs.size() == back.targets.size());
    for (std::size_t k = 0; k < arcs.size(); ++k) {
      const EdgeId arc = arcs[k];
      const auto v = static_cast<std::size_t>(back.targets[k]);
      REQUIRE(propagation.offsets()[v] <= arc);
      REQUIRE(arc < propagation.offsets()[v + 1]);
      if (weighted) REQUIRE(back.weights[k] == propagation.weights()[static_cast<std::size_t>(arc)]);
    }
    const auto again = turned.transposed();
    CHECK(std::equal(again.offsets.begin(), again.offsets.end(), propagation.offsets().begin()));
    CHECK(std::equal(again.targets.begin(), again.targets.end(), propagation.sources().begin()));
    CHECK(std::equal(again.weights.begin(), again.weights.end(), propagation.weights().begin()));
  }
}

TEST_CASE("Propagation: the forms of an undirected graph but for the mean are their own transposes",
          "[kernels][propagation]") {
  Rng rng(6);
  std::vector<Edge> edges;
  for (int k = 0; k < 300; ++k) {
    edges.push_back(
        {static_cast<NodeId>(rng.below(40)), static_cast<NodeId>(rng.below(40)), rng.uniform(Real(0.1), 2)});
  }
  for (const bool directed : {false, true}) {
    for (const bool weighted : {false, true}) {
      const Graph graph = Graph::from_edges(40, edges, {.directed = directed, .weighted = weighted});
      for (const Normalization form : {Normalization::sum, Normalization::mean, Normalization::self_loops,
                                       Normalization::symmetric, Normalization::symmetric_self_loops}) {
        CAPTURE(directed, weighted, static_cast<int>(form));
        const Propagation propagation = Propagation::from_graph(graph, form);
        const Matrix forward = dense(propagation);
        const auto back = propagation.transposed();
        CHECK((back.targets.data() == propagation.sources().data()) == (!directed && form != Normalization::mean));
        const Matrix backward =
            dense(Propagation(40, 40, {back.offsets.begin(), back.offsets.end()},
                              {back.targets.begin(), back.targets.end()}, {back.weights.begin(), back.weights.end()}));
        for (std::size_t v = 0; v < 40; ++v) {
          for (std::size_t u = 0; u < 40; ++u) REQUIRE(forward[v][u] == backward[u][v]);
        }
        const auto arcs = propagation.transposed_arcs();
        for (std::size_t u = 0; u < 40; ++u) {
          for (auto k = static_cast<std::size_t>(back.offsets[u]); k < static_cast<std::size_t>(back.offsets[u + 1]);
               ++k) {
            REQUIRE(propagation.sources()[static_cast<std::size_t>(arcs[k])] == static_cast<NodeId>(u));
          }
        }
      }
    }
  }
}

TEST_CASE("Propagation: copies share one transpose, and no arcs have an empty one", "[kernels][propagation]") {
  const Propagation propagation(2, 1, {0, 1}, {1}, {});
  const Propagation copy = propagation;
  CHECK(copy.transposed().targets.data() == propagation.transposed().targets.data());
  CHECK(copy.transposed_arcs().data() == propagation.transposed_arcs().data());
  REQUIRE(Propagation().transposed().offsets.size() == 1);
  CHECK(Propagation().transposed().offsets[0] == 0);
  CHECK(Propagation().transposed_arcs().empty());
  CHECK(Propagation::from_graph(Graph(), Normalization::symmetric_self_loops).arc_count() == 0);
}

TEST_CASE("Propagation: the product of the x that it keeps is worked out once, that of any other x each time",
          "[kernels][propagation]") {
  Rng rng(21);
  const Graph graph = support::random_graph(30, 90, rng);
  const Propagation plain = Propagation::from_graph(graph, Normalization::symmetric_self_loops);
  const Tensor x = support::random_tensor(Shape{30, 4}, rng);
  const Tensor other = support::random_tensor(Shape{30, 4}, rng);
  const Propagation keeping = plain.keeping(x);
  CHECK(keeping.keeps(x));
  CHECK_FALSE(keeping.keeps(other));
  CHECK_FALSE(keeping.keeps(x.reshaped(Shape{60, 2})));
  CHECK_FALSE(plain.keeps(x));
  const Tensor first = kernels::propagate_constant(keeping, x);
  CHECK(support::same_bits(first, kernels::propagate(plain, x)));
  CHECK(kernels::propagate_constant(Propagation(keeping), x).data() == first.data());
  CHECK(support::same_bits(kernels::propagate_constant(keeping, other), kernels::propagate(plain, other)));
  CHECK(kernels::propagate_constant(keeping, x.clone()).data() != first.data());
  // At the same place, but other rows: not the x that it keeps.
  const Tensor reshaped = x.reshaped(Shape{60, 2});
  CHECK_THROWS_AS(kernels::propagate_constant(keeping, reshaped), ShapeError);
  CHECK(kernels::propagate(keeping, x).data() != first.data());
  CHECK(kernels::propagate_constant(plain, x).data() != first.data());
}

TEST_CASE("Propagation: rows that do not fit are named", "[kernels][propagation]") {
  CHECK_THROWS_WITH(Propagation(3, 2, {0, 1}, {0}, {}), "propagation: 2 offsets do not fit 2 targets and 1 arcs");
  CHECK_THROWS_AS(Propagation(3, 2, {0, 2, 1}, {0}, {}), ShapeError);
  CHECK_THROWS_AS(Propagation(3, 2, {1, 1, 1}, {0}, {}), ShapeError);
  CHECK_THROWS_WITH(Propagation(3, 1, {0, 1}, {3}, {}), "propagation: row 0: source 3 is not below 3");
  CHECK_THROWS_WITH(Propagation(3, 1, {0, 1}, {-1}, {}), "propagation: row 0: source -1 is not below 3");
  CHECK_THROWS_WITH(Propagation(3, 1, {0, 2}, {2, 1}, {}), "propagation: row 0: source 1 follows 2");
  CHECK_THROWS_WITH(Propagation(3, 1, {0, 2}, {1, 2}, {1}), "propagation: 1 weights do not fit 2 arcs");
}

TEST_CASE("Propagation::from_graph: a negative row sum has no square root and is named", "[kernels][propagation]") {
  const Graph graph = Graph::from_edges(2, std::vector<Edge>{{0, 1, -2}}, {false, true});
  CHECK_THROWS_WITH(Propagation::from_graph(graph, Normalization::symmetric),
                    "symmetric normalization: the weights into node 0 add to -2; expected 0 or more");
}
