#include "nn/layers.h"

#include <cmath>
#include <map>

#include "autodiff/ops_elementwise.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/layers.h"
#include "support/tensors.h"
#include "support/threads.h"

// What holds for every layer of the table. What each computes is compared with golden values in golden_test.cpp.

namespace cairn {
namespace {

using support::evaluate;
using support::layer_cases;
using support::LayerCase;
using support::max_difference;
using support::random_tensor;
using support::same_bits;

/// Rounding of sums of tens of terms of size 1.
constexpr double rounding = sizeof(Real) == sizeof(double) ? 1e-12 : 1e-5;

/// Nodes with few and many arcs, self-loops and, at the end, no arcs at all. Weights in (0, 1].
Graph test_graph(Index nodes, bool directed) {
  Rng rng(9);
  std::vector<Edge> edges;
  for (Index k = 0; k < 3 * nodes; ++k) {
    const Index u = rng.below(nodes - 1);
    edges.push_back({static_cast<NodeId>(u), static_cast<NodeId>(rng.below(u + 1)), 1 - rng.uniform()});
  }
  return Graph::from_edges(nodes, edges, {.directed = directed, .weighted = true});
}

Tensor test_features(Index nodes, Index width) {
  Rng rng(4);
  return random_tensor({nodes, width}, rng);
}

TEST_CASE("layers: relabeling the nodes relabels the rows of the result", "[nn][layers]") {
  Rng rng(7);
  const std::vector<NodeId> new_id = support::shuffled_ids(12, rng);
  for (const bool directed : {false, true}) {
    const Graph graph = test_graph(12, directed);
    for (const LayerCase& layer_case : layer_cases()) {
      INFO(layer_case.label);
      const auto layer = layer_case.make();
      const Tensor x = test_features(12, layer_case.options.in);
      const Tensor plain = evaluate(*layer, graph, Variable::constant(x));
      const Tensor moved =
          evaluate(*layer, relabeled(graph, new_id), Variable::constant(support::move_rows(x, new_id)));
      CHECK(max_difference(moved, support::move_rows(plain, new_id)) < rounding);
    }
  }
}

TEST_CASE("layers: a row of the result depends on its own and its in-neighbors' rows alone, and on all of them",
          "[nn][layers]") {
  // 0 -> 1 -> 2 -> 0, and 3 alone
  const Graph graph = Graph::from_edges(4, std::vector<Edge>{{0, 1}, {1, 2}, {2, 0}}, {.directed = true});
  const std::map<NodeId, std::vector<NodeId>> readers{{0, {0, 1}}, {1, {1, 2}}, {2, {2, 0}}, {3, {3}}};
  for (const LayerCase& layer_case : layer_cases()) {
    if (layer_case.name == "linear") continue;
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Index width = layer_case.options.in;
    const Tensor x = test_features(4, width);
    const Tensor plain = evaluate(*layer, graph, Variable::constant(x));
    for (const auto& [changed, affected] : readers) {
      // Another value in every column: a ReLU hides some of them, not all.
      Tensor other = x.clone();
      for (Real& value : other.row(changed)) value = Real(2) - 3 * value;
      const Tensor result = evaluate(*layer, graph, Variable::constant(other));
      for (NodeId v = 0; v < 4; ++v) {
        INFO("row " << v << " after row " << changed << " of x changed");
        const bool same = std::equal(result.row(v).begin(), result.row(v).end(), plain.row(v).begin());
        const bool reads = std::find(affected.begin(), affected.end(), v) != affected.end();
        CHECK(same == !reads);
      }
    }
  }
}

TEST_CASE("layers: rectified, they give relu() of their result and its gradients", "[nn][layers]") {
  const Graph graph = support::star(7);
  for (const LayerCase& layer_case : layer_cases()) {
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Propagation arcs =
        layer->normalization() ? Propagation::from_graph(graph, *layer->normalization()) : Propagation();
    const auto run = [&](bool at_once) {
      const Variable x = Variable::parameter(test_features(7, layer_case.options.in));
      for (const NamedParameter& parameter : parameters_of(*layer)) parameter.value.clear_gradient();
      const Variable y =
          at_once ? layer->rectified(arcs, x, Pass::evaluation()) : relu(layer->forward(arcs, x, Pass::evaluation()));
      std::vector<Tensor> found{y.value()};
      backward(sum(square(y)));
      found.push_back(x.grad());
      for (const NamedParameter& parameter : parameters_of(*layer)) found.push_back(parameter.value.grad());
      return found;
    };
    const std::vector<Tensor> expected = run(false);
    const std::vector<Tensor> found = run(true);
    CHECK(std::any_of(expected[0].values().begin(), expected[0].values().end(), [](Real v) { return v == 0; }));
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(same_bits(found[i], expected[i]));
  }
}

TEST_CASE("linear: as a layer it reads no arcs", "[nn][layers]") {
  Rng rng(1);
  const auto layer = make_layer("linear", {.in = 3, .out = 2}, rng);
  CHECK_FALSE(layer->normalization().has_value());
  const Variable x = Variable::constant(test_features(5, 3));
  CHECK(same_bits(evaluate(*layer, support::cycle(5), x), evaluate(*layer, support::star(5), x)));
}

TEST_CASE("layers: a node without edges gives finite values and the result of a graph of itself alone",
          "[nn][layers]") {
  for (const LayerCase& layer_case : layer_cases()) {
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Tensor x = test_features(12, layer_case.options.in);
    const Tensor all = evaluate(*layer, test_graph(12, false), Variable::constant(x));
    const Tensor alone =
        evaluate(*layer, Graph::from_edges(1, {}), Variable::constant(Tensor(Shape{1, x.columns()}, x.row(11))));
    for (Index j = 0; j < all.columns(); ++j) {
      CHECK(std::isfinite(all.at(11, j)));
      CHECK(std::abs(static_cast<double>(all.at(11, j) - alone.at(0, j))) < rounding);
    }
  }
}

TEST_CASE("layers: a graph without nodes gives a result without rows", "[nn][layers]") {
  for (const LayerCase& layer_case : layer_cases()) {
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Tensor x(Shape{0, layer_case.options.in});
    CHECK(evaluate(*layer, Graph(), Variable::constant(x)).shape() == Shape{0, layer->out_width()});
  }
}

TEST_CASE("layers: sparse features give what the same dense features give, gradients too", "[nn][layers]") {
  const Graph graph = test_graph(30, true);
  for (const LayerCase& layer_case : layer_cases()) {
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Tensor x = support::thinned(test_features(30, layer_case.options.in));
    const Propagation propagation = support::propagation_of(*layer, graph);
    const auto run = [&](const Input& input) {
      const Variable y = layer->forward(propagation, input, Pass::evaluation());
      backward(sum(square(y)));
      std::vector<Tensor> results{y.value()};
      for (const NamedParameter& parameter : parameters_of(*layer)) {
        results.push_back(parameter.value.grad());
        parameter.value.clear_gradient();
      }
      return results;
    };
    const std::vector<Tensor> dense = run(Variable::constant(x));
    const std::vector<Tensor> sparse = run(support::to_sparse(x));
    for (std::size_t i = 0; i < dense.size(); ++i) {
      CHECK(max_difference(dense[i], sparse[i]) < 1000 * rounding);  // gradients are sums over 30 rows of up to 100
    }
  }
}

TEST_CASE("layers: features that do not fit the layer or the graph throw", "[nn][layers]") {
  for (const LayerCase& layer_case : layer_cases()) {
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Index in = layer_case.options.in;
    const Graph graph = support::cycle(5);
    CHECK_THROWS_AS(evaluate(*layer, graph, Variable::constant(test_features(5, in + 1))), ShapeError);
    CHECK_THROWS_AS(evaluate(*layer, graph, support::to_sparse(test_features(5, in - 1))), ShapeError);
    if (layer_case.name == "linear") continue;
    CHECK_THROWS_AS(evaluate(*layer, graph, Variable::constant(test_features(4, in))), ShapeError);
  }
}

TEST_CASE("layers: values and gradients have the same bits for 1, 2 and 3 threads", "[nn][layers]") {
  constexpr Index nodes = 6000;  // several blocks in every kernel
  const Graph graph = test_graph(nodes, true);
  for (LayerCase layer_case : layer_cases()) {
    layer_case.options.attention_dropout = Real(0.3);
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Propagation propagation = support::propagation_of(*layer, graph);
    const Tensor features = test_features(nodes, layer_case.options.in);
    const SparseMatrix sparse_features = support::to_sparse(support::thinned(features.clone()));
    const auto run = [&](int threads) {
      const support::Threads chosen(threads);
      const Variable x = Variable::parameter(features);
      const Variable y = layer->forward(propagation, x, Pass::training(1, 2));
      const Variable z = layer->forward(propagation, sparse_features, Pass::training(1, 2));
      backward(add(sum(square(y)), sum(square(z))));
      std::vector<Tensor> results{y.value(), z.value(), x.grad()};
      for (const NamedParameter& parameter : parameters_of(*layer)) {
        results.push_back(parameter.value.grad());
        parameter.value.clear_gradient();
      }
      return results;
    };
    const std::vector<Tensor> one = run(1);
    for (const int threads : {2, 3}) {
      const std::vector<Tensor> several = run(threads);
      for (std::size_t i = 0; i < one.size(); ++i) {
        INFO("result " << i << " with " << threads << " threads");
        CHECK(same_bits(one[i], several[i]));
      }
    }
  }
}

TEST_CASE("layers: weights start within Glorot's bound and fill it, biases at 0", "[nn][layers]") {
  for (const std::string_view name : layer_names()) {
    Rng rng(5);
    const auto layer = make_layer(name, {.in = 40, .out = 24, .inner = 30, .heads = 4}, rng);
    for (const NamedParameter& parameter : parameters_of(*layer)) {
      INFO(name << " " << parameter.name);
      const Tensor& value = parameter.value.value();
      Real largest = 0;
      double squares = 0;
      for (const Real w : value.values()) {
        largest = std::max(largest, std::abs(w));
        squares += static_cast<double>(w) * static_cast<double>(w);
      }
      if (parameter.kind == ParameterKind::bias) {
        CHECK(largest == 0);
        continue;
      }
      const double bound = std::sqrt(6.0 / static_cast<double>(value.rows() + value.columns()));
      CHECK(static_cast<double>(largest) <= bound * (1 + 1e-6));
      CHECK(static_cast<double>(largest) > 0.8 * bound);
      // The variance of a uniform draw is bound^2 / 3; 24 draws or more keep within a factor of 2.
      const double variance = squares / static_cast<double>(value.size());
      CHECK(variance > bound * bound / 6);
      CHECK(variance < bound * bound / 1.5);
    }
  }
}

TEST_CASE("layers: the same seed gives the same layer, another seed another", "[nn][layers]") {
  const Tensor x = test_features(5, 5);
  for (const std::string_view name : layer_names()) {
    INFO(name);
    const LayerCase layer_case{std::string(name), std::string(name), {.in = 5, .out = 4}};
    const auto result = [&](std::uint64_t seed) {
      return evaluate(*layer_case.make(seed), support::cycle(5), Variable::constant(x));
    };
    CHECK(same_bits(result(1), result(1)));
    CHECK_FALSE(same_bits(result(1), result(2)));
  }
}

std::string described(const Module& module) {
  std::string text;
  for (const NamedParameter& parameter : parameters_of(module)) {
    constexpr std::array<const char*, 3> kinds{"", " (bias)", " (buffer)"};
    text += (text.empty() ? "" : ", ") + parameter.name + to_string(parameter.value.shape()) +
            kinds[static_cast<std::size_t>(parameter.kind)];
  }
  return text;
}

TEST_CASE("layers: names, shapes and kinds of parameters are a file format and stay as they are", "[nn][layers]") {
  const std::map<std::string, std::string, std::less<>> expected{
      {"linear", "weight[5, 4], bias[4] (bias)"},
      {"gcn", "weight[5, 4], bias[4] (bias)"},
      {"gat", "weight[5, 4], source_score[2, 2], target_score[2, 2], bias[4] (bias)"},
      {"sage", "self.weight[5, 4], neighbor.weight[5, 4], bias[4] (bias)"},
      {"gin",
       "epsilon[1] (bias), first.weight[5, 3], first.bias[3] (bias), second.weight[3, 4], second.bias[4] (bias)"},
      {"cheb", "self.weight[5, 4], neighbor.weight[5, 4], bias[4] (bias)"},
      {"arma", "self.weight[5, 4], neighbor.weight[5, 4], bias[4] (bias)"},
      {"graph", "self.weight[5, 4], neighbor.weight[5, 4], bias[4] (bias)"},
  };
  CHECK(layer_names().size() == expected.size());
  for (const auto& [name, parameters] : expected) {
    Rng rng(1);
    INFO(name);
    CHECK(described(*make_layer(name, {.in = 5, .out = 4, .inner = 3, .heads = 2}, rng)) == parameters);
  }
  Rng rng(1);
  CHECK(described(*make_layer("gat", {.in = 5, .out = 3, .heads = 2, .concatenate_heads = false}, rng)) ==
        "weight[5, 6], source_score[2, 3], target_score[2, 3], bias[3] (bias)");
}

TEST_CASE("layers: names outside the table and heads that do not divide the width are refused", "[nn][layers]") {
  Rng rng(1);
  CHECK_THROWS_AS(make_layer("gnc", {.in = 2, .out = 2}, rng), UsageError);
  CHECK_THROWS_WITH(make_layer("gnc", {.in = 2, .out = 2}, rng),
                    Catch::Contains("'gnc'") && Catch::Contains("linear, gcn, gat"));
  CHECK_THROWS_AS(make_layer("gat", {.in = 2, .out = 5, .heads = 2}, rng), UsageError);
  CHECK_NOTHROW(make_layer("gat", {.in = 2, .out = 5, .heads = 2, .concatenate_heads = false}, rng));
  CHECK_THROWS_AS(make_layer("gat", {.in = 2, .out = 4, .heads = 0}, rng), UsageError);
  CHECK_THROWS_AS(make_layer("gat", {.in = 2, .out = 4, .attention_dropout = 1}, rng), UsageError);
}

}  // namespace
}  // namespace cairn
