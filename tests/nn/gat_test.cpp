#include "nn/gat.h"

#include <cmath>

#include "support/catch.h"
#include "support/graphs.h"
#include "support/layers.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::evaluate;
using support::max_difference;

/// A layer with random biases, and features.
struct Example {
  Example(Index heads, bool concatenate, Real dropout) {
    Rng rng(2);
    layer = std::make_unique<Gat>(
        4, 3, GatOptions{.heads = heads, .concatenate = concatenate, .attention_dropout = dropout}, rng);
    x = Variable::constant(support::random_tensor({9, 4}, rng));
  }
  std::unique_ptr<Gat> layer;
  Variable x;
};

TEST_CASE("gat: attention dropout leaves the expectation as it is", "[nn][gat]") {
  const Example example(2, true, Real(0.5));
  const Graph graph = support::star(9);
  const Tensor expected = evaluate(*example.layer, graph, example.x);
  constexpr int passes = 4000;
  Tensor mean(expected.shape());
  Tensor squares(expected.shape());
  for (int step = 0; step < passes; ++step) {
    const Tensor y = evaluate(*example.layer, graph, example.x, Pass::training(6, step));
    for (Index i = 0; i < y.size(); ++i) {
      mean.data()[i] += y.data()[i] / passes;
      squares.data()[i] += y.data()[i] * y.data()[i] / passes;
    }
  }
  int dropped = 0;
  for (Index i = 0; i < mean.size(); ++i) {
    const double variance = static_cast<double>(squares.data()[i] - mean.data()[i] * mean.data()[i]);
    const double standard_error = std::sqrt(std::max(0.0, variance) / passes);
    dropped += variance > 1e-6 ? 1 : 0;
    INFO("value " << i);
    // 54 values: five standard errors are passed by chance once in 30,000 such tests; the seed is fixed anyway
    CHECK(std::abs(static_cast<double>(mean.data()[i] - expected.data()[i])) <= 5 * standard_error + 1e-4);
  }
  CHECK(dropped == mean.size());
}

TEST_CASE("gat: attention dropout draws anew at each step and seed, and again the same at the same", "[nn][gat]") {
  const Example example(2, true, Real(0.5));
  const auto at = [&](std::uint64_t seed, Index step) {
    return evaluate(*example.layer, support::cycle(9), example.x, Pass::training(seed, step));
  };
  CHECK(support::same_bits(at(1, 1), at(1, 1)));
  CHECK_FALSE(support::same_bits(at(1, 1), at(1, 2)));
  CHECK_FALSE(support::same_bits(at(1, 1), at(2, 1)));
}

TEST_CASE("gat: averaged heads are the mean of the concatenated ones", "[nn][gat]") {
  const Example concatenated(3, true, 0);
  const Example averaged(3, false, 0);  // the same seed: the same weights
  const Tensor side_by_side = evaluate(*concatenated.layer, support::star(9), concatenated.x);
  const Tensor mean = evaluate(*averaged.layer, support::star(9), averaged.x);
  REQUIRE(mean.shape() == Shape{9, 3});
  Tensor expected(mean.shape());
  for (Index i = 0; i < 9; ++i) {
    for (Index j = 0; j < 9; ++j) expected.at(i, j % 3) += side_by_side.at(i, j) / 3;
  }
  CHECK(max_difference(mean, expected) < 1e-5);  // float sums of three terms of size 1
}

TEST_CASE("gat: weights of arcs and doubled self-loops do not change the result", "[nn][gat]") {
  const Example example(2, true, 0);
  const std::vector<Edge> heavy{{0, 1, 5}, {1, 2, Real(0.1)}, {2, 2, 3}};
  const std::vector<Edge> plain{{0, 1}, {1, 2}};
  const Tensor a = evaluate(*example.layer, Graph::from_edges(9, heavy, {.weighted = true}), example.x);
  CHECK(support::same_bits(a, evaluate(*example.layer, Graph::from_edges(9, plain), example.x)));
}

TEST_CASE("gat: scores of a thousand give finite values that the highest score decides", "[nn][gat]") {
  const Example example(2, true, 0);
  for (const NamedParameter& parameter : parameters_of(*example.layer)) {
    if (!parameter.name.ends_with("_score")) continue;
    for (Real& value : parameter.value.mutable_value().values()) value *= 1000;
  }
  const Tensor y = evaluate(*example.layer, support::complete(9), example.x);
  CHECK(all_finite(y));
}

}  // namespace
}  // namespace cairn
