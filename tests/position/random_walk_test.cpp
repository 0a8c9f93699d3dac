#include "position/random_walk.h"

#include <Eigen/Core>
#include <cmath>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

/// Largest difference from the diagonals of P, P^2, ..., each multiplied out.
double difference_from_powers(const Graph& graph, const Coordinates& found) {
  const Index n = graph.node_count();
  Eigen::MatrixXd step = Eigen::MatrixXd::Zero(n, n);
  for (Index u = 0; u < n; ++u) {
    const auto begin = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
    const auto end = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u) + 1]);
    for (std::size_t arc = begin; arc < end; ++arc) {
      step(u, graph.targets()[arc]) = graph.weighted() ? static_cast<double>(graph.weights()[arc]) : 1.0;
    }
    const double sum = step.row(u).sum();
    if (sum > 0) step.row(u) /= sum;
  }
  Eigen::MatrixXd power = Eigen::MatrixXd::Identity(n, n);
  double worst = 0;
  for (Index t = 1; t <= found.axis_count(); ++t) {
    power = power * step;
    for (Index u = 0; u < n; ++u) {
      worst = std::max(worst, std::abs(power(u, u) - static_cast<double>(found.values.at(u, t - 1))));
    }
  }
  return worst;
}

// Probabilities, sums of at most some hundred terms: rounding of the result alone in float.
constexpr double tolerance = sizeof(Real) == sizeof(double) ? 1e-13 : 1e-7;

}  // namespace

TEST_CASE("return probabilities: diagonals of the powers of P, for graphs of every kind, sparse and dense",
          "[position][random_walk]") {
  Rng rng(1);
  for (const bool directed : {false, true}) {
    for (const bool weighted : {false, true}) {
      for (const Index edges : {0, 40, 150, 1200}) {
        const Graph graph = support::random_graph(150, edges, rng, {.directed = directed, .weighted = weighted});
        for (const Index steps : {1, 2, 7, 8}) {
          const Coordinates found = return_probabilities(graph, {}, {.steps = steps});
          REQUIRE(found.values.shape() == Shape{150, steps});
          CHECK(found.valid.empty());
          CHECK(difference_from_powers(graph, found) < tolerance);
        }
      }
    }
  }
}

TEST_CASE("return probabilities: nodes near a hub are followed everywhere, those far away on lists, both right",
          "[position][random_walk]") {
  // A star of 60 leaves at one end of a path of 100: walks from the far end never meet the star.
  std::vector<Edge> edges;
  for (NodeId u = 0; u < 99; ++u) edges.push_back({u, u + 1});
  for (NodeId leaf = 100; leaf < 160; ++leaf) edges.push_back({0, leaf});
  const Graph graph = Graph::from_edges(160, edges);
  CHECK(difference_from_powers(graph, return_probabilities(graph, {}, {.steps = 9})) < tolerance);
}

TEST_CASE("return probabilities: closed forms on the complete graph, the cycle and the star",
          "[position][random_walk]") {
  const Coordinates complete = return_probabilities(support::complete(12), {}, {.steps = 6});
  for (Index t = 1; t <= 6; ++t) {
    const double expected = (1 + 11 * std::pow(-1.0 / 11, static_cast<double>(t))) / 12;
    CHECK(static_cast<double>(complete.values.at(5, t - 1)) == Approx(expected).epsilon(1e-6));
  }
  const Coordinates cycle = return_probabilities(support::cycle(50), {}, {.steps = 4});
  CHECK(cycle.values.at(7, 0) == Real(0));
  CHECK(cycle.values.at(7, 1) == Real(0.5));
  CHECK(cycle.values.at(7, 2) == Real(0));
  CHECK(cycle.values.at(7, 3) == Real(0.375));  // binomial(4, 2) / 2^4
  const Coordinates star = return_probabilities(support::star(5), {}, {.steps = 2});
  CHECK(star.values.at(0, 1) == Approx(1.0));
  CHECK(star.values.at(3, 1) == Approx(0.25));
}

TEST_CASE("return probabilities: a node without arcs has 0, one with only a self-loop 1", "[position][random_walk]") {
  const Graph graph = Graph::from_edges(2, std::vector<Edge>{{1, 1}});
  const Coordinates found = return_probabilities(graph, {}, {.steps = 3});
  CHECK(support::same_bits(found.values, Tensor(Shape{2, 3}, {0, 0, 0, 1, 1, 1})));
  CHECK(return_probabilities(Graph(), {}).values.shape() == Shape{0, 16});
}

TEST_CASE("return probabilities: the same bits for any number of threads", "[position][random_walk]") {
  Rng rng(2);
  const Graph graph = support::random_graph(500, 900, rng, {.weighted = true});
  const auto with = [&](int threads) {
    const support::Threads scope(threads);
    return return_probabilities(graph, {}).values;
  };
  const Tensor one = with(1);
  CHECK(support::same_bits(one, with(2)));
  CHECK(support::same_bits(one, with(7)));
}

TEST_CASE("return probabilities: no steps, bad weights and graphs that do not fit are refused",
          "[position][random_walk]") {
  const Graph graph = support::path(3);
  CHECK_THROWS_AS(return_probabilities(graph, {}, {.steps = 0}), UsageError);
  CHECK_THROWS_AS(return_probabilities(graph, std::vector<std::int32_t>{0}, {}), ShapeError);
  const Graph negative = Graph::from_edges(2, std::vector<Edge>{{0, 1, -1}}, {.weighted = true});
  CHECK_THROWS_AS(return_probabilities(negative, {}, {}), UsageError);
}
