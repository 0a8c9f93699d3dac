#include "support/golden.h"

#include <set>

#include "autodiff/ops_loss.h"
#include "nn/activation.h"
#include "nn/layers.h"
#include "nn/normalization.h"
#include "support/catch.h"
#include "support/tensors.h"

// An independent dense implementation has worked out the values and gradients that are expected here.

namespace cairn {
namespace {

using support::golden_tolerance;
using support::Json;
using support::max_difference;
using support::tensor_of;

LayerOptions layer_options(const Json& json) {
  LayerOptions options{.in = json.at("in").get<Index>(), .out = json.at("out").get<Index>()};
  options.inner = json.value("inner", options.inner);
  options.heads = json.value("heads", options.heads);
  options.concatenate_heads = json.value("concatenate_heads", options.concatenate_heads);
  return options;
}

void set_parameters(const Module& module, const Json& values) {
  std::size_t set = 0;
  for (const NamedParameter& parameter : parameters_of(module)) {
    if (parameter.kind == ParameterKind::buffer) continue;
    INFO(parameter.name);
    const Tensor value = tensor_of(values.at(parameter.name));
    REQUIRE(value.shape() == parameter.value.shape());
    parameter.value.mutable_value() = value;
    ++set;
  }
  CHECK(set == values.size());
}

void check_gradients_of(const Module& module, const Json& expected) {
  for (const NamedParameter& parameter : parameters_of(module)) {
    if (parameter.kind == ParameterKind::buffer) continue;
    INFO("gradient of " << parameter.name);
    CHECK(max_difference(parameter.value.grad(), tensor_of(expected.at(parameter.name))) < golden_tolerance);
  }
}

Propagation propagation_of(const GraphLayer& layer, const Graph& graph) {
  return layer.normalization() ? Propagation::from_graph(graph, *layer.normalization()) : Propagation();
}

TEST_CASE("golden: every layer gives the values and gradients of its paper's formula", "[nn][golden]") {
  std::set<std::string> seen;
  for (const Json& expected : support::golden("layers.json")) {
    const auto name = expected.at("layer").get<std::string>();
    const Graph graph = support::graph_of(expected.at("graph"));
    INFO(name << (graph.directed() ? ", directed" : ", undirected"));
    seen.insert(name);
    Rng rng(1);
    const auto layer = make_layer(name, layer_options(expected.at("options")), rng);
    set_parameters(*layer, expected.at("parameters"));
    const Variable x = Variable::parameter(tensor_of(expected.at("x")));
    const Variable y = layer->forward(propagation_of(*layer, graph), x, Pass::evaluation());
    CHECK(max_difference(y.value(), tensor_of(expected.at("y"))) < golden_tolerance);
    backward(sum(multiply(y, Variable::constant(tensor_of(expected.at("upstream"))))));
    CHECK(max_difference(x.grad(), tensor_of(expected.at("x_gradient"))) < golden_tolerance);
    check_gradients_of(*layer, expected.at("gradients"));
  }
  for (const std::string_view name : layer_names()) {
    INFO(name << " has no golden values");
    CHECK(seen.contains(std::string(name)));
  }
}

TEST_CASE("golden: two layers of gcn and gat give the loss and gradients of an independent model", "[nn][golden]") {
  const Json models = support::golden("models.json");
  REQUIRE(models.size() == 4);
  for (const Json& expected : models) {
    const auto name = expected.at("layer").get<std::string>();
    const auto activation = expected.at("activation").get<std::string>();
    INFO(name << " with " << activation);
    const Graph graph = support::graph_of(expected.at("graph"));
    Rng rng(1);
    std::vector<std::unique_ptr<GraphLayer>> layers;
    for (std::size_t i = 0; i < 2; ++i) {
      layers.push_back(make_layer(name, layer_options(expected.at("options")[i]), rng));
      set_parameters(*layers[i], expected.at("parameters")[i]);
    }
    const Propagation propagation = propagation_of(*layers[0], graph);
    const Variable x = Variable::parameter(tensor_of(expected.at("x")));
    const Variable hidden = find_activation(activation)(layers[0]->forward(propagation, x, Pass::evaluation()));
    const Variable y = layers[1]->forward(propagation, hidden, Pass::evaluation());
    CHECK(max_difference(y.value(), tensor_of(expected.at("y"))) < golden_tolerance);
    const auto labels = expected.at("labels").get<std::vector<std::int32_t>>();
    const auto nodes = expected.at("nodes").get<std::vector<NodeId>>();
    const Variable loss = cross_entropy(y, labels, nodes);
    CHECK(std::abs(static_cast<double>(loss.value().item()) - expected.at("loss").get<double>()) < golden_tolerance);
    backward(loss);
    CHECK(max_difference(x.grad(), tensor_of(expected.at("x_gradient"))) < golden_tolerance);
    for (std::size_t i = 0; i < 2; ++i) check_gradients_of(*layers[i], expected.at("gradients")[i]);
  }
}

TEST_CASE("golden: layer and batch norm give the values, gradients and running statistics of an independent one",
          "[nn][golden]") {
  const Json norms = support::golden("norms.json");
  REQUIRE(norms.size() == 2);
  for (const Json& expected : norms) {
    const auto name = expected.at("norm").get<std::string>();
    INFO(name);
    const auto norm = make_norm(name, 4);
    set_parameters(*norm, expected.at("parameters"));
    const Variable x = Variable::parameter(tensor_of(expected.at("x")));
    const Variable y = norm->forward(x, Pass::training(1, 0));
    CHECK(max_difference(y.value(), tensor_of(expected.at("y"))) < golden_tolerance);
    backward(sum(multiply(y, Variable::constant(tensor_of(expected.at("upstream"))))));
    CHECK(max_difference(x.grad(), tensor_of(expected.at("x_gradient"))) < golden_tolerance);
    check_gradients_of(*norm, expected.at("gradients"));

    if (name != "batch") continue;
    norm->forward(scale(x, 2), Pass::training(1, 1));
    const Variable evaluated = norm->forward(x, Pass::evaluation());
    CHECK(max_difference(evaluated.value(), tensor_of(expected.at("evaluation"))) < golden_tolerance);
    for (const NamedParameter& parameter : parameters_of(*norm)) {
      if (parameter.kind != ParameterKind::buffer) continue;
      INFO(parameter.name);
      CHECK(max_difference(parameter.value.value(), tensor_of(expected.at(parameter.name))) < golden_tolerance);
    }
  }
}

}  // namespace
}  // namespace cairn
