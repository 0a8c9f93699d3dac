#include "kernels/kernelized_attention.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/held_memory.h"
#include "kernels/feature_maps.h"
#include "kernels/indexed_operator.h"
#include "kernels/offset_operator.h"
#include "kernels/polynomial_operator.h"
#include "kernels/uniform_operator.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "tensor/storage.h"

namespace cairn::kernels {
namespace {

using support::off_zero;
using support::positive;
using Operator = std::shared_ptr<const AttentionOperator>;

constexpr bool sharp = sizeof(Real) == sizeof(double);

std::vector<NodeId> in_order(Index n) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(n));
  std::iota(nodes.begin(), nodes.end(), 0);
  return nodes;
}

Operator graph_operator(const Graph& graph, Index powers) {
  return polynomial_operator(Propagation::from_graph(graph, Normalization::symmetric_self_loops), powers);
}

/// Every kind of operator over n = 24 nodes, one graph.
std::vector<Operator> all_operators() {
  Rng rng(2);
  const Graph graph = support::random_graph(24, 50, rng);
  const Propagation propagation = Propagation::from_graph(graph, Normalization::symmetric_self_loops);
  std::vector<Operator> operators{uniform_operator(24, {}), polynomial_operator(propagation, 4),
                                  heat_operator(propagation)};
  for (const OffsetProduct product : {OffsetProduct::direct, OffsetProduct::fft, OffsetProduct::band}) {
    operators.push_back(offset_operator(24, {{in_order(24), {24}}}, {.clip = 5, .product = product}));
    operators.push_back(offset_operator(24, {{in_order(24), {24}}}, {.clip = 5, .causal = true, .product = product}));
    operators.push_back(offset_operator(24, {{in_order(24), {24}}}, {.clip = 5, .periodic = true, .product = product}));
    operators.push_back(offset_operator(24, {{in_order(24), {2, 3, 4}}}, {.clip = 2, .product = product}));
  }
  IndexedPart part{in_order(24), {}};
  for (Index k = 0; k < 24 * 24; ++k) part.bias_of_pair.push_back(static_cast<std::uint16_t>(k * k % 11));
  operators.push_back(indexed_operator(24, {part}, 11));
  return operators;
}

/// The formula as it stands, pair by pair, in double.
Tensor attend_by_pairs(const AttentionOperator& op, Index heads, const KernelizedInputs& in) {
  const Index n = op.node_count();
  const Index features = in.query.columns() / heads;
  const Index width = in.value.columns() / heads;
  Tensor z(in.value.shape());
  for (Index h = 0; h < heads; ++h) {
    const Tensor dense = op.to_dense(in.biases.row(h));
    for (Index u = 0; u < n; ++u) {
      std::vector<double> sums(static_cast<std::size_t>(width), 0);
      double weight_sum = 0;
      for (Index v = 0; v < n; ++v) {
        if (!in.key_mask.empty() && in.key_mask[static_cast<std::size_t>(v)] == 0) continue;
        double weight = 0;
        for (Index l = 0; l < features; ++l) {
          weight += static_cast<double>(in.query.at(u, h * features + l)) *
                    static_cast<double>(in.key.at(v, h * features + l));
        }
        weight *= static_cast<double>(dense.at(u, v));
        weight_sum += weight;
        for (Index j = 0; j < width; ++j) {
          sums[static_cast<std::size_t>(j)] += weight * static_cast<double>(in.value.at(v, h * width + j));
        }
      }
      for (Index j = 0; j < width; ++j) {
        z.at(u, h * width + j) = static_cast<Real>(sums[static_cast<std::size_t>(j)] / weight_sum);
      }
    }
  }
  return z;
}

struct Case {
  Tensor query = positive({24, 2 * 5});
  Tensor key = positive({24, 2 * 5}, 2);
  Tensor value = off_zero({24, 2 * 3}, 3);
  Tensor biases;

  explicit Case(const AttentionOperator& op) : biases(off_zero({2, op.bias_count()}, 4)) {}
  KernelizedInputs inputs() const { return {query, key, value, biases}; }
};

TEST_CASE("kernelized attention agrees with the formula pair by pair, over every operator", "[kernels][kernelized]") {
  for (const Operator& op : all_operators()) {
    const Case c(*op);
    Tensor denominators;
    const Tensor z = kernelized_attend(*op, 2, c.inputs(), denominators);
    // Sums of 24 weighted values below 2 over sums of as many weights. The reference's M of float has errors of its
    // own.
    CHECK(support::max_difference(z, attend_by_pairs(*op, 2, c.inputs())) < (sharp ? 1e-10 : 2e-5));
  }
}

TEST_CASE("kernelized attention: values of 1 come out as exactly 1, over every operator", "[kernels][kernelized]") {
  for (const Operator& op : all_operators()) {
    for (const Index width : {1, 3, 16}) {
      for (const Index features : {1, 5, 8}) {
        const Tensor query = positive({24, 2 * features});
        const Tensor key = positive({24, 2 * features}, 2);
        const Tensor biases = off_zero({2, op->bias_count()}, 4);
        Tensor denominators;
        const Tensor z = kernelized_attend(*op, 2, {query, key, Tensor(Shape{24, 2 * width}, 1), biases}, denominators);
        CHECK(std::all_of(z.values().begin(), z.values().end(), [](Real value) { return value == 1; }));
      }
    }
  }
}

TEST_CASE("kernelized attention: a masked key is not heard, whatever it holds", "[kernels][kernelized]") {
  std::vector<std::uint8_t> mask(24, 1);
  mask[3] = mask[17] = 0;
  for (const Operator& op : all_operators()) {
    Case c(*op);
    Tensor denominators;
    KernelizedInputs inputs{c.query, c.key, c.value, c.biases, mask};
    const Tensor z = kernelized_attend(*op, 2, inputs, denominators);
    CHECK(support::max_difference(z, attend_by_pairs(*op, 2, inputs)) < (sharp ? 1e-10 : 2e-5));
    for (const Index u : {3, 17}) {
      for (Real& value : c.key.row(u)) value = 77;
      for (Real& value : c.value.row(u)) value = -55;
    }
    CHECK(support::same_bits(z, kernelized_attend(*op, 2, inputs, denominators)));
  }
  const Operator op = uniform_operator(24, {});
  const Case c(*op);
  const std::vector<std::uint8_t> nobody(24, 0);
  Tensor denominators;
  const Tensor z = kernelized_attend(*op, 2, {c.query, c.key, c.value, c.biases, nobody}, denominators);
  CHECK(std::all_of(z.values().begin(), z.values().end(), [](Real value) { return value == 0; }));
}

TEST_CASE("kernelized attention: features that take several panels add up", "[kernels][kernelized][slow]") {
  // 40,000 nodes x 61 columns: several panels a head, against one feature at a time, whose sums are the same.
  constexpr Index n = 40000;
  const Operator op = uniform_operator(n, {});
  const Tensor query = positive({n, 8});
  const Tensor key = positive({n, 8}, 2);
  const Tensor value = off_zero({n, 60}, 3);
  Tensor denominators;
  const Tensor z = kernelized_attend(*op, 1, {query, key, value, Tensor(Shape{1, 0})}, denominators);
  std::vector<double> totals(8, 0);
  std::vector<double> weighted(8, 0);
  for (Index v = 0; v < n; ++v) {
    for (Index l = 0; l < 8; ++l) {
      totals[static_cast<std::size_t>(l)] += static_cast<double>(key.at(v, l));
      weighted[static_cast<std::size_t>(l)] += static_cast<double>(key.at(v, l)) * static_cast<double>(value.at(v, 7));
    }
  }
  for (Index u = 0; u < n; u += 999) {
    double numerator = 0;
    double denominator = 0;
    for (Index l = 0; l < 8; ++l) {
      numerator += static_cast<double>(query.at(u, l)) * weighted[static_cast<std::size_t>(l)];
      denominator += static_cast<double>(query.at(u, l)) * totals[static_cast<std::size_t>(l)];
    }
    CHECK(std::abs(static_cast<double>(z.at(u, 7)) - numerator / denominator) < (sharp ? 1e-12 : 1e-6));
  }
}

TEST_CASE("kernelized attention: cut as on a graph of a million nodes it gives the same, and holds less",
          "[kernels][kernelized]") {
  constexpr Index n = 2048;
  const Operator op = graph_operator(support::cycle(n), 2);
  const Tensor query = positive({n, 64});
  const Tensor key = positive({n, 64}, 2);
  const Tensor value = off_zero({n, 15}, 3);
  const Tensor biases = off_zero({1, op->bias_count()}, 4);
  const auto run = [&] {  // the result and the most bytes held for it
    release_pooled_memory();
    restart_held_peak();
    const auto before = held_memory();
    Tensor denominators;
    Tensor z = kernelized_attend(*op, 1, {query, key, value, biases}, denominators);
    return std::pair{std::move(z), peak_held_memory() - before};
  };
  const auto [whole, whole_bytes] = run();
  const PanelsAsOf panels(Index(1) << 20);
  const auto [cut, cut_bytes] = run();
  CHECK(support::max_difference(whole, cut) < (sharp ? 1e-12 : 1e-5));
  CHECK(2 * cut_bytes < whole_bytes);  // panels of 2 features in place of 64, beside the inputs as columns
}

TEST_CASE("kernelized attention: relabeling a graph's nodes relabels the rows of the result", "[kernels][kernelized]") {
  Rng rng(5);
  const Graph graph = support::random_graph(24, 60, rng);
  const std::vector<NodeId> new_id = support::shuffled_ids(24, rng);
  const Operator op = graph_operator(graph, 3);
  const Operator moved_op = graph_operator(relabeled(graph, new_id), 3);
  const Case c(*op);
  const auto moved = [&](const Tensor& x) { return support::move_rows(x, new_id); };
  Tensor denominators;
  const Tensor z = kernelized_attend(*op, 2, c.inputs(), denominators);
  const Tensor again =
      kernelized_attend(*moved_op, 2, {moved(c.query), moved(c.key), moved(c.value), c.biases}, denominators);
  CHECK(support::max_difference(again, moved(z)) < (sharp ? 1e-12 : 1e-5));  // sums of 24 in another order
}

TEST_CASE("kernelized attention: biases of a head may all shift", "[kernels][kernelized]") {
  for (const Operator& op : all_operators()) {
    if (op->bias_count() < 2) continue;  // heat learns a time, not a scale
    Case c(*op);
    Tensor denominators;
    const Tensor z = kernelized_attend(*op, 2, c.inputs(), denominators);
    for (Real& bias : c.biases.values()) bias += 300;  // exp() alone would overflow
    CHECK(support::max_difference(z, kernelized_attend(*op, 2, c.inputs(), denominators)) < (sharp ? 1e-10 : 1e-3));
  }
}

TEST_CASE("heat: M is the exponential of the graph, up to its longest time", "[kernels][kernelized]") {
  // Two nodes and an edge: A + I normalized is 1/2 everywhere, exp(-t (I - A)) = [[1 + e, 1 - e], ..] / 2, e = exp(-t).
  const Graph pair = Graph::from_edges(2, std::vector<Edge>{{0, 1, 1}});
  const Operator op = heat_operator(Propagation::from_graph(pair, Normalization::symmetric_self_loops));
  for (const double time : {0.1, 1.0, 7.0, 32.0, 500.0}) {
    const double decay = std::exp(-std::min(time, most_heat_time));
    const Tensor dense = op->to_dense(std::vector<Real>{static_cast<Real>(std::log(time))});
    CHECK(std::abs(static_cast<double>(dense.at(0, 0)) - (1 + decay) / 2) < 1e-6);  // the series, and sums of float
    CHECK(std::abs(static_cast<double>(dense.at(0, 1)) - (1 - decay) / 2) < 1e-6);
  }
}

TEST_CASE("operators refuse what does not fit", "[kernels][kernelized]") {
  CHECK_THROWS_AS(uniform_operator(3, std::vector<std::int32_t>{0, 1}), ShapeError);
  CHECK_THROWS_AS(uniform_operator(2, std::vector<std::int32_t>{0, -1}), ShapeError);
  CHECK_THROWS_AS(graph_operator(support::cycle(4), -1), UsageError);
  CHECK_THROWS_AS(polynomial_operator(Propagation(2, 1, {0, 1}, {1}, {}), 2), ShapeError);
  CHECK_THROWS_AS(indexed_operator(2, {{{0, 1}, {0, 1, 2}}}, 3), ShapeError);
  CHECK_THROWS_AS(indexed_operator(2, {{{0, 1}, {0, 1, 2, 3}}}, 3), ShapeError);
  CHECK_THROWS_AS(indexed_operator(3, {{{0, 1}, {0, 1, 2, 2}}}, 3), ShapeError);
  CHECK_THROWS_AS(uniform_operator(8193, {})->to_dense({}), UsageError);
}

}  // namespace
}  // namespace cairn::kernels
