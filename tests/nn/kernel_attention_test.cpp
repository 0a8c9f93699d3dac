#include "nn/kernel_attention.h"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "kernels/dense.h"
#include "kernels/elementwise.h"
#include "kernels/offset_operator.h"
#include "kernels/polynomial_operator.h"
#include "kernels/uniform_operator.h"
#include "nn/transformer_block.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::max_difference;
using support::off_zero;

constexpr Index clip = 2;
constexpr Index line_biases = 2 * clip + 1;

/// A line of 3 nodes that stand in the order 4, 0, 2, and one of 2 nodes, 1 and 3.
AttentionInput two_lines(bool causal = false) {
  return {.op = kernels::offset_operator(5, {{{4, 0, 2}, {3}}, {{1, 3}, {2}}}, {.clip = clip, .causal = causal}),
          .graph_of_node = {0, 1, 0, 1, 0},
          .key_mask = {}};
}

AttentionInput steps_on(const Graph& graph, Index powers) {
  return {
      .op = kernels::polynomial_operator(Propagation::from_graph(graph, Normalization::symmetric_self_loops), powers),
      .graph_of_node = {},
      .key_mask = {}};
}

std::map<std::string, Tensor> values_of(const Module& module) {
  std::map<std::string, Tensor> values;
  for (const NamedParameter& parameter : parameters_of(module)) values[parameter.name] = parameter.value.value();
  return values;
}

/// x W + b of a linear map among the values.
Tensor mapped(const Tensor& x, const std::map<std::string, Tensor>& of, const std::string& name) {
  Tensor y = kernels::matmul(x, of.at(name + ".weight"));
  if (of.count(name + ".bias") > 0) kernels::add_row(y, of.at(name + ".bias"), y);
  return y;
}

/// Random features of one vector, in double and without any maximum taken off.
std::vector<double> features(const kernels::FeatureOptions& options, const Tensor& draws, Index head,
                             const std::vector<double>& x) {
  double squares = 0;
  for (const double value : x) squares += value * value;
  const double root = std::sqrt(static_cast<double>(options.count));
  std::vector<double> phi;
  std::vector<double> cosines;
  for (Index f = 0; f < options.count; ++f) {
    double product = 0;
    for (std::size_t c = 0; c < x.size(); ++c) {
      product += x[c] * static_cast<double>(draws.at(head * options.count + f, static_cast<Index>(c)));
    }
    if (options.map == kernels::FeatureMap::trigonometric) {
      phi.push_back(std::exp(squares / 2) * std::sin(product) / root);
      cosines.push_back(std::exp(squares / 2) * std::cos(product) / root);
    } else {
      phi.push_back(std::exp(product - squares / 2) / root);
    }
  }
  phi.insert(phi.end(), cosines.begin(), cosines.end());
  return phi;
}

/// The docstring of KernelAttention, pair by pair.
Tensor by_the_formula(const KernelAttentionOptions& options, const KernelAttention& layer, const Tensor& x,
                      const Tensor& position, const AttentionInput& input) {
  const auto of = values_of(layer);
  Tensor query = mapped(x, of, "query");
  Tensor key = mapped(x, of, "key");
  if (options.position > 0) {
    const Tensor more_query = mapped(position, of, "position_query");
    const Tensor more_key = mapped(position, of, "position_key");
    for (Index i = 0; i < query.size(); ++i) query.data()[i] += more_query.data()[i];
    for (Index i = 0; i < key.size(); ++i) key.data()[i] += more_key.data()[i];
  }
  const Tensor value = mapped(x, of, "value");
  const Index d = query.columns() / options.heads;
  const Index dv = value.columns() / options.heads;
  const auto phi = [&](const Tensor& rows, Index node, Index head) {
    std::vector<double> row;
    double squares = 0;
    for (Index c = 0; c < d; ++c) {
      row.push_back(static_cast<double>(rows.at(node, head * d + c)));
      squares += row.back() * row.back();
    }
    for (double& entry : row) entry /= options.normalize ? std::sqrt(squares) : std::pow(static_cast<double>(d), 0.25);
    return features(options.features, of.at("draws"), head, row);
  };
  Tensor z(Shape{x.rows(), value.columns()});
  for (Index head = 0; head < options.heads; ++head) {
    const std::span<const Real> biases = of.at("biases").row(head);
    const Tensor m = input.op->to_dense(biases);
    for (Index u = 0; u < x.rows(); ++u) {
      const std::vector<double> of_query = phi(query, u, head);
      std::vector<double> sum(static_cast<std::size_t>(dv));
      double total = 0;
      for (Index v = 0; v < x.rows(); ++v) {
        if (!input.key_mask.empty() && input.key_mask[static_cast<std::size_t>(v)] == 0) continue;
        const std::vector<double> of_key = phi(key, v, head);
        double weight = 0;
        for (std::size_t f = 0; f < of_key.size(); ++f) weight += of_query[f] * of_key[f];
        weight *= static_cast<double>(m.at(u, v));
        total += weight;
        for (Index c = 0; c < dv; ++c) {
          sum[static_cast<std::size_t>(c)] += weight * static_cast<double>(value.at(v, head * dv + c));
        }
      }
      for (Index c = 0; c < dv; ++c) {
        z.at(u, head * dv + c) = static_cast<Real>(sum[static_cast<std::size_t>(c)] / total);
      }
    }
  }
  return mapped(z, of, "out");
}

// Sums of a few terms in another order: rounding of 1e-7 in float, grown by quotients.
constexpr double formula_tolerance = sizeof(Real) == sizeof(double) ? 1e-10 : 1e-4;

TEST_CASE("kernelized attention: rows are those of the formula, pair by pair", "[nn][attention]") {
  using kernels::FeatureMap;
  for (const FeatureMap map : {FeatureMap::positive, FeatureMap::trigonometric, FeatureMap::sphere}) {
    for (const bool normalize : {true, false}) {
      for (const Index positions : {0, 2}) {
        for (const bool masked : {false, true}) {
          const KernelAttentionOptions options{.in = 3,
                                               .position = positions,
                                               .width = 6,
                                               .out = 4,
                                               .heads = 2,
                                               .key_width = 5,
                                               .biases = line_biases,
                                               .normalize = normalize,
                                               .features = {.map = map, .count = 24}};
          Rng rng(3);
          const KernelAttention layer(options, rng);
          for (const NamedParameter& p : parameters_of(layer)) {
            if (p.name != "draws") p.value.mutable_value() = off_zero(p.value.shape(), p.name.size());
          }
          AttentionInput input = two_lines();
          if (masked) input.key_mask = {1, 1, 0, 1, 1};
          const Tensor x = off_zero({5, 3}, 8);
          const Tensor position = off_zero({5, 2}, 9);
          const Tensor y =
              layer.forward(Variable::constant(x), positions > 0 ? Variable::constant(position) : Variable(), input)
                  .value();
          INFO("map " << static_cast<int>(map) << " normalize " << normalize << " positions " << positions << " mask "
                      << masked);
          // Features of both signs nearly cancel where products are large, and rounding grows with them.
          const double tolerance = formula_tolerance * (map == FeatureMap::trigonometric ? 50 : 1);
          CHECK(max_difference(y, by_the_formula(options, layer, x, position, input)) < tolerance);
        }
      }
    }
  }
}

TEST_CASE("kernelized attention: gradients of inputs and all parameters agree with central differences",
          "[nn][gradients][attention]") {
  for (const bool normalize : {true, false}) {
    for (const Index positions : {0, 3}) {
      Rng rng(3);
      const KernelAttention layer({.in = 2,
                                   .position = positions,
                                   .width = 4,
                                   .heads = 2,
                                   .key_width = 3,
                                   .biases = line_biases,
                                   .normalize = normalize,
                                   .features = {.count = 5}},
                                  rng);
      std::vector<NamedParameter> parameters = support::moved_parameters(layer);
      const Variable x = Variable::parameter(off_zero({5, 2}, 6));
      parameters.push_back({"x", x});
      Variable position;
      if (positions > 0) {
        position = Variable::parameter(off_zero({5, positions}, 7));
        parameters.push_back({"position", position});
      }
      const AttentionInput input = two_lines();
      INFO("normalize " << normalize << " positions " << positions);
      support::check_parameters(parameters, [&] { return layer.forward(x, position, input); });
    }
  }
}

TEST_CASE("kernelized attention: relabeling the nodes relabels the rows of the result", "[nn][attention]") {
  Rng rng(7);
  const Graph graph = support::random_graph(9, 16, rng);
  const KernelAttention layer({.in = 3, .biases = 4}, rng);
  for (const NamedParameter& p : parameters_of(layer)) {
    if (p.name == "biases") p.value.mutable_value() = off_zero(p.value.shape());
  }
  const Tensor x = support::random_tensor({9, 3}, rng);
  const std::vector<NodeId> new_id = support::shuffled_ids(9, rng);
  const auto run = [&](const Tensor& content, const Graph& on) {
    return layer.forward(Variable::constant(content), Variable(), steps_on(on, 3)).value();
  };
  const Tensor plain = run(x, graph);
  CHECK(max_difference(run(support::move_rows(x, new_id), relabeled(graph, new_id)),
                       support::move_rows(plain, new_id)) < 1e-5);  // 9-term float sums
  CHECK(max_difference(plain, support::move_rows(plain, new_id)) > 1e-3);
}

TEST_CASE("kernelized attention: nobody hears another graph, nor, if causal, what comes after", "[nn][attention]") {
  Rng rng(8);
  const KernelAttention layer({.in = 3, .biases = line_biases}, rng);
  const Tensor x = support::random_tensor({5, 3}, rng);
  const auto run = [&](const Tensor& content, bool causal) {
    return layer.forward(Variable::constant(content), Variable(), two_lines(causal)).value();
  };
  const auto row_changes = [&](const Tensor& a, const Tensor& b, Index u) {
    double most = 0;
    for (Index c = 0; c < a.columns(); ++c) {
      most = std::max(most, std::abs(static_cast<double>(a.at(u, c) - b.at(u, c))));
    }
    return most;
  };
  Tensor changed = x.clone();
  for (Real& value : changed.row(2)) value += 1;  // the last of its line
  for (const Index u : {1, 3}) {
    for (const bool causal : {false, true}) CHECK(row_changes(run(x, causal), run(changed, causal), u) == 0);
  }
  for (const Index u : {4, 0}) {
    CHECK(row_changes(run(x, false), run(changed, false), u) > 1e-4);
    CHECK(row_changes(run(x, true), run(changed, true), u) < 1e-6);  // keys share their highest exponent
  }
}

TEST_CASE("kernelized attention: draws are the rng's, a buffer; biases start at 0 and do not decay",
          "[nn][attention]") {
  const auto parameters = [](std::uint64_t seed) {
    Rng rng(seed);
    const KernelAttention layer({.in = 3, .heads = 2, .biases = 7}, rng);
    std::map<std::string, NamedParameter> found;
    for (const NamedParameter& p : parameters_of(layer)) found.emplace(p.name, p);
    return found;
  };
  const auto of = parameters(1);
  CHECK(of.at("draws").kind == ParameterKind::buffer);
  CHECK(of.at("draws").value.shape() == Shape{2 * 32, 16});
  CHECK(of.at("biases").kind == ParameterKind::bias);
  CHECK(support::same_bits(of.at("biases").value.value(), Tensor(Shape{2, 7})));
  CHECK(of.at("query.weight").kind == ParameterKind::weight);
  CHECK(support::same_bits(of.at("draws").value.value(), parameters(1).at("draws").value.value()));
  CHECK(max_difference(of.at("draws").value.value(), parameters(2).at("draws").value.value()) > 0.1);
}

TEST_CASE("kernelized attention: options and inputs that make no sense are refused", "[nn][attention]") {
  const auto make = [](KernelAttentionOptions options) {
    Rng rng(1);
    KernelAttention layer(options, rng);
  };
  CHECK_NOTHROW(make({.in = 2}));
  CHECK_THROWS_AS(make({.in = 0}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .position = -1}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .width = 0}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .width = 6, .heads = 4}), UsageError);
  CHECK_THROWS_WITH(make({.in = 2, .width = 6, .heads = 4}), Catch::Contains("4 heads divide"));
  CHECK_THROWS_AS(make({.in = 2, .heads = 0}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .biases = -1}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .features = {.count = 0}}), UsageError);
  Rng rng(1);
  const KernelAttention layer({.in = 2, .position = 3, .biases = line_biases}, rng);
  const Variable x = Variable::constant(Tensor(Shape{5, 2}));
  const Variable position = Variable::constant(Tensor(Shape{5, 3}));
  CHECK_NOTHROW(layer.forward(x, position, two_lines()));
  CHECK_THROWS_AS(layer.forward(x, Variable(), two_lines()), ShapeError);
  CHECK_THROWS_AS(layer.forward(x, position, AttentionInput{}), ShapeError);
  CHECK_THROWS_AS(layer.forward(x, position, {kernels::uniform_operator(5, {}), {}, {}}), ShapeError);  // no biases
  CHECK_THROWS_AS(layer.forward(x, Variable::constant(Tensor(Shape{5, 2})), two_lines()), ShapeError);
}

TEST_CASE("transformer block: gradients of x and all parameters agree with central differences",
          "[nn][gradients][attention]") {
  Rng rng(4);
  const TransformerBlock block(4, 3, {.width = 4, .heads = 2, .biases = line_biases, .features = {.count = 5}}, 0, rng);
  std::vector<NamedParameter> parameters = support::moved_parameters(block);
  const Variable x = Variable::parameter(off_zero({5, 4}, 5));
  parameters.push_back({"x", x});
  support::check_parameters(parameters, [&] { return block.forward(x, Variable(), two_lines(), Pass::evaluation()); });
}

TEST_CASE("transformer block: rows pass by attention and perceptron, and each of both changes them",
          "[nn][attention]") {
  Rng rng(5);
  const TransformerBlock block(4, 8, {.width = 4, .heads = 2, .biases = line_biases}, Real(0.5), rng);
  const Variable x = Variable::constant(support::random_tensor({5, 4}, rng));
  const auto run = [&](const Pass& pass) { return block.forward(x, Variable(), two_lines(), pass).value(); };
  CHECK(support::same_bits(run(Pass::evaluation()), run(Pass::evaluation())));
  CHECK(support::same_bits(run(Pass::training(1, 2)), run(Pass::training(1, 2))));
  CHECK(max_difference(run(Pass::training(1, 2)), run(Pass::training(1, 3))) > 1e-2);
  const Tensor both = run(Pass::evaluation());
  const auto silence = [&](const std::string& name) {
    for (const NamedParameter& p : parameters_of(block)) {
      if (p.name == name + ".weight" || p.name == name + ".bias") p.value.mutable_value() = Tensor(p.value.shape());
    }
  };
  silence("narrow");
  const Tensor attention = run(Pass::evaluation());
  CHECK(max_difference(attention, both) > 1e-2);
  CHECK(max_difference(attention, x.value()) > 1e-2);
  silence("attention.out");
  CHECK(support::same_bits(run(Pass::evaluation()), x.value()));
}

}  // namespace
}  // namespace cairn
