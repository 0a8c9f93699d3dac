#include <fmt/format.h>

#include <numeric>

#include "autodiff/ops_kernelized.h"
#include "core/error.h"
#include "kernels/indexed_operator.h"
#include "kernels/offset_operator.h"
#include "kernels/polynomial_operator.h"
#include "kernels/uniform_operator.h"
#include "support/gradient_table.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

// The gradient table of kernelized attention: every operator, every map of features.

namespace cairn {
namespace {

using kernels::FeatureMap;
using kernels::FeatureOptions;
using kernels::FeatureRole;
using kernels::OffsetProduct;
using support::GradientRow;
using support::Inputs;
using support::off_zero;
using support::positive;
using Operator = std::shared_ptr<const kernels::AttentionOperator>;

struct NamedOperator {
  std::string name;
  Operator op;
};

/// A union of 7 nodes, graphs interleaved.
const std::vector<std::int32_t> graph_of_node{0, 1, 0, 1, 0, 0, 1};
const std::vector<std::vector<NodeId>> orders{{4, 0, 2, 5}, {1, 6, 3}};

/// Directed and weighted, so that the transpose of M is another matrix.
Propagation directed_propagation() {
  const std::vector<Edge> edges{{0, 2, Real(0.3)}, {2, 4, Real(0.5)}, {4, 5, Real(0.2)}, {5, 0, Real(0.4)},
                                {0, 4, Real(0.1)}, {1, 3, Real(0.6)}, {3, 6, Real(0.2)}};
  return Propagation::from_graph(Graph::from_edges(7, edges, {.directed = true, .weighted = true}), Normalization::sum);
}

std::vector<NamedOperator> all_operators() {
  std::vector<NamedOperator> operators{{"uniform", kernels::uniform_operator(7, graph_of_node)},
                                       {"polynomial", kernels::polynomial_operator(directed_propagation(), 3)},
                                       {"heat", kernels::heat_operator(directed_propagation())}};
  std::vector<kernels::IndexedPart> pairs;
  for (const auto& nodes : orders) {
    kernels::IndexedPart part{nodes, {}};
    for (std::size_t k = 0; k < nodes.size() * nodes.size(); ++k) {
      part.bias_of_pair.push_back(k % 7 == 5 ? kernels::IndexedPart::none : static_cast<std::uint16_t>(k * k % 4));
    }
    pairs.push_back(std::move(part));
  }
  operators.push_back({"indexed", kernels::indexed_operator(7, pairs, 4)});
  for (const OffsetProduct product :
       {OffsetProduct::automatic, OffsetProduct::direct, OffsetProduct::fft, OffsetProduct::band}) {
    const std::string name = fmt::format(" {}", static_cast<int>(product));
    const std::vector<kernels::OffsetPart> lines{{orders[0], {4}}, {orders[1], {3}}};
    operators.push_back({"line" + name, kernels::offset_operator(7, lines, {.clip = 2, .product = product})});
    operators.push_back(
        {"causal line" + name, kernels::offset_operator(7, lines, {.clip = 2, .causal = true, .product = product})});
    operators.push_back(
        {"ring" + name, kernels::offset_operator(7, lines, {.clip = 1, .periodic = true, .product = product})});
    const std::vector<kernels::OffsetPart> grids{{orders[0], {2, 2}}, {orders[1], {3, 1}}};
    operators.push_back({"grid" + name, kernels::offset_operator(7, grids, {.clip = 1, .product = product})});
  }
  return operators;
}

/// Of single values to keep differences sharp: features are positive, so that denominators are.
GradientRow attend_row(const NamedOperator& named, Index heads, Index features, Index width,
                       std::vector<std::uint8_t> mask = {}) {
  const Index n = named.op->node_count();
  return {"kernelized_attend, " + named.name,
          [op = named.op, heads, mask = std::move(mask)](Inputs in) {
            return kernelized_attend(op, heads, in[0], in[1], in[2], in[3], mask);
          },
          {positive({n, heads * features}), positive({n, heads * features}, 2), off_zero({n, heads * width}, 3),
           off_zero({heads, named.op->bias_count()}, 4)}};
}

TEST_CASE("gradient table: kernelized attention agrees with central differences, over every operator",
          "[autodiff][gradients][kernelized]") {
  std::vector<GradientRow> rows;
  for (const NamedOperator& named : all_operators()) {
    rows.push_back(attend_row(named, 2, 3, 2));
    rows.push_back(attend_row(named, 1, 1, 1));
    rows.push_back(attend_row(named, 1, 4, 1, {1, 1, 0, 1, 1, 1, 0}));
  }
  for (const Index n : {0, 1}) {
    const NamedOperator small{"uniform", kernels::uniform_operator(n, {})};
    rows.push_back(attend_row(small, 2, 3, 2));
    rows.push_back(attend_row(small, 1, 2, 0));
  }
  support::check_rows(rows);
}

TEST_CASE("gradient table: features and attention together agree with central differences",
          "[autodiff][gradients][kernelized]") {
  // Together: what exponents are lowered by counts as a constant in either, and cancels between them.
  const auto op = kernels::offset_operator(7, {{orders[0], {4}}, {orders[1], {3}}}, {.clip = 2});
  std::vector<GradientRow> rows;
  for (const FeatureMap map : {FeatureMap::positive, FeatureMap::trigonometric, FeatureMap::sphere}) {
    for (const bool unit : {false, true}) {
      const FeatureOptions options{.map = map, .count = 5};
      const Tensor draws = kernels::draw_features(options, 2, 3, Rng(8));
      rows.push_back(
          {"random_features, map " + std::to_string(static_cast<int>(map)),
           [=](Inputs in) {
             const auto scaled = [&](const Variable& x) { return unit ? unit_heads(x, 2) : scale(x, Real(0.4)); };
             const Variable query =
                 random_features(options, 2, draws, scaled(in[0]), FeatureRole::query, graph_of_node);
             const Variable key = random_features(options, 2, draws, scaled(in[1]), FeatureRole::key, graph_of_node);
             return kernelized_attend(op, 2, query, key, in[2], in[3]);
           },
           {off_zero({7, 6}), off_zero({7, 6}, 2), off_zero({7, 4}, 3), off_zero({2, 5}, 4)}});
    }
  }
  rows.push_back({"unit_heads", [](Inputs in) { return unit_heads(in[0], 2); }, {off_zero({4, 6})}});
  support::check_rows(rows);
}

TEST_CASE("kernelized attention has the same bits for 1, 2 and 3 threads", "[autodiff][kernelized]") {
  constexpr Index n = 700;
  std::vector<NodeId> nodes(n);
  std::iota(nodes.begin(), nodes.end(), 0);
  Rng rng(3);
  std::vector<NamedOperator> operators{
      {"uniform", kernels::uniform_operator(n, {})},
      {"polynomial",
       kernels::polynomial_operator(
           Propagation::from_graph(support::random_graph(n, 4 * n, rng), Normalization::symmetric_self_loops), 3)}};
  for (const OffsetProduct product : {OffsetProduct::direct, OffsetProduct::fft, OffsetProduct::band}) {
    operators.push_back({"line", kernels::offset_operator(n, {{nodes, {n}}}, {.clip = 9, .product = product})});
    operators.push_back({"grid", kernels::offset_operator(n, {{nodes, {20, 35}}}, {.clip = 9, .product = product})});
  }
  kernels::IndexedPart part{nodes, std::vector<std::uint16_t>(n * n)};
  for (std::size_t k = 0; k < part.bias_of_pair.size(); ++k) part.bias_of_pair[k] = static_cast<std::uint16_t>(k % 5);
  operators.push_back({"indexed", kernels::indexed_operator(n, {part}, 5)});
  const FeatureOptions options{.count = 6};
  const Tensor draws = kernels::draw_features(options, 2, 4, Rng(8));
  for (const NamedOperator& named : operators) {
    const GradientRow row{
        named.name,
        [&](Inputs in) {
          const Variable query = random_features(options, 2, draws, unit_heads(in[0], 2), FeatureRole::query, {});
          const Variable key = random_features(options, 2, draws, unit_heads(in[1], 2), FeatureRole::key, {});
          return kernelized_attend(named.op, 2, query, key, in[2], in[3]);
        },
        {off_zero({n, 8}), off_zero({n, 8}, 2), off_zero({n, 6}, 3), off_zero({2, named.op->bias_count()}, 4)}};
    support::check_threads(row);
  }
}

TEST_CASE("kernelized attention refuses shapes that do not fit, by name", "[autodiff][kernelized]") {
  const auto zeros = [](const Shape& shape) { return Variable::constant(Tensor(shape)); };
  using Catch::Matchers::Contains;
  const Operator op = kernels::polynomial_operator(directed_propagation(), 2);
  const auto attend = [&](const Shape& query, const Shape& key, const Shape& value, const Shape& biases, Index heads,
                          std::vector<std::uint8_t> mask = {}) {
    return kernelized_attend(op, heads, zeros(query), zeros(key), zeros(value), zeros(biases), std::move(mask));
  };
  CHECK_NOTHROW(attend({7, 4}, {7, 4}, {7, 2}, {2, 3}, 2));
  CHECK_THROWS_WITH(attend({7, 4}, {7, 2}, {7, 2}, {2, 3}, 2), Contains("kernelized_attend"));
  CHECK_THROWS_AS(attend({7, 4}, {7, 4}, {6, 2}, {2, 3}, 2), ShapeError);
  CHECK_THROWS_WITH(attend({6, 4}, {6, 4}, {6, 2}, {2, 3}, 2), Contains("7 nodes"));
  CHECK_THROWS_WITH(attend({7, 4}, {7, 4}, {7, 3}, {2, 3}, 2), Contains("2 heads"));
  CHECK_THROWS_WITH(attend({7, 4}, {7, 4}, {7, 2}, {2, 3}, 0), Contains("0 heads"));
  CHECK_THROWS_WITH(attend({7, 4}, {7, 4}, {7, 2}, {2, 4}, 2), Contains("expected biases [2, 3]"));
  CHECK_THROWS_WITH(attend({7, 4}, {7, 4}, {7, 2}, {2, 3}, 2, {1, 1}), Contains("a mask of 2"));
  CHECK_THROWS_AS(unit_heads(zeros({3, 4}), 3), ShapeError);
  CHECK_THROWS_AS(unit_heads(zeros({3, 4}), 0), ShapeError);
}

}  // namespace
}  // namespace cairn
