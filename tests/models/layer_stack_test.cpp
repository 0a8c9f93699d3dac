#include "models/layer_stack.h"

#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "kernels/dense.h"
#include "kernels/elementwise.h"
#include "models/attention_cases.h"
#include "models/training_cases.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

ModelInput cycle_input(Index nodes, Index width) {
  Rng rng(5);
  return {Variable::constant(support::random_tensor(Shape{nodes, width}, rng)), support::cycle(nodes)};
}

std::map<std::string, Variable> parameters(const Module& module) {
  std::map<std::string, Variable> found;
  for (const NamedParameter& parameter : parameters_of(module)) found.emplace(parameter.name, parameter.value);
  return found;
}

Tensor evaluate(const Model& model, const ModelInput& input, const Pass& pass = Pass::evaluation()) {
  const WithoutGradients without_gradients;
  return model.embed(input, pass).value();
}

Tensor linear(const Tensor& x, const Model& model, const std::string& layer) {
  const auto of = parameters(model);
  Tensor y = kernels::matmul(x, of.at("layers." + layer + ".weight").value());
  kernels::add_row(y, of.at("layers." + layer + ".bias").value(), y);
  return y;
}

constexpr Index heard_nodes = 12;

/// So many layers with this attention that drop half of what they hear.
LayerStack dropping_stack(const AttentionInput& attention, Index layers) {
  return {
      {.layer = "linear",
       .layers = layers,
       .in = 5,
       .hidden = 8,
       .out = 2,
       .dropout = Real(0.5),
       .attention = KernelAttentionOptions{.heads = 2, .biases = attention.op->bias_count(), .features = {.count = 4}}},
      Rng(3)};
}

Tensor in_training(const LayerStack& stack, const AttentionInput& attention, Index step) {
  return evaluate(stack, cycle_input(heard_nodes, 5).with_attention(attention), Pass::training(1, step));
}

/// What such layers remember of one step of training: the statistics of what their global half heard.
std::vector<Tensor> heard_in_training(const AttentionInput& attention, Index layers, Index step) {
  const LayerStack stack = dropping_stack(attention, layers);
  in_training(stack, attention, step);
  std::vector<Tensor> statistics;
  for (const NamedParameter& parameter : parameters_of(stack)) {
    if (parameter.kind == ParameterKind::buffer && parameter.name.find("norm") != std::string::npos) {
      statistics.push_back(parameter.value.value());
    }
  }
  return statistics;
}

}  // namespace

TEST_CASE("layer stack: attention that can point hears x before dropout, other attention what layers hear",
          "[models][layer_stack]") {
  const auto same = [](const AttentionInput& attention, Index layers) {
    const std::vector<Tensor> one = heard_in_training(attention, layers, 0);
    const std::vector<Tensor> other = heard_in_training(attention, layers, 1);
    REQUIRE(one.size() == 2);  // mean and variance
    return support::same_bits(one[0], other[0]) && support::same_bits(one[1], other[1]);
  };
  for (const Index layers :
       {1, 2}) {  // of two layers the last one has a global half: nothing is dropped on the way to it
    INFO(layers);
    CHECK(same(support::line_attention(heard_nodes), layers));
    CHECK_FALSE(same(support::even_attention(heard_nodes), layers));
  }
}

TEST_CASE("layer stack: beside attention that can point the last layer still drops", "[models][layer_stack]") {
  const AttentionInput attention = support::line_attention(heard_nodes);
  const LayerStack stack = dropping_stack(attention, 2);
  // At first the global half says 0: what differs between steps is what the last layer hears.
  CHECK_FALSE(support::same_bits(in_training(stack, attention, 0), in_training(stack, attention, 1)));
}

TEST_CASE("layer stack: hidden layers have hidden x heads columns, the last one out", "[models][layer_stack]") {
  const LayerStack stack({.layer = "gat", .layers = 3, .in = 5, .hidden = 4, .out = 7, .heads = 2, .output_heads = 3},
                         Rng(1));
  const auto of = parameters(stack);
  CHECK(of.at("layers.0.weight").shape() == Shape{5, 8});
  CHECK(of.at("layers.1.weight").shape() == Shape{8, 8});
  CHECK(of.at("layers.2.weight").shape() == Shape{8, 21});  // three heads of 7, averaged
  CHECK(of.at("layers.2.bias").shape() == Shape{7});
  CHECK(stack.out_width() == 7);
  CHECK(evaluate(stack, cycle_input(6, 5)).shape() == Shape{6, 7});
}

TEST_CASE("layer stack: a table of vectors of ids does not decay, other weights do", "[models][layer_stack]") {
  const auto kinds = [](std::string_view layer, bool ids) {
    const LayerStack stack({.layer = std::string(layer), .in = 9, .hidden = 4, .out = 2, .in_is_ids = ids}, Rng(1));
    std::map<std::string, ParameterKind> found;
    for (const NamedParameter& parameter : parameters_of(stack)) found.emplace(parameter.name, parameter.kind);
    return found;
  };
  for (const std::string_view layer : {"linear", "gcn", "gat"}) {
    INFO(layer);
    CHECK(kinds(layer, true).at("layers.0.weight") == ParameterKind::bias);
    CHECK(kinds(layer, true).at("layers.1.weight") == ParameterKind::weight);
    CHECK(kinds(layer, false).at("layers.0.weight") == ParameterKind::weight);
    CHECK(kinds(layer, true).size() == kinds(layer, false).size());
  }
  // A table a term of the sum, and the second layer of gin's perceptron is no table.
  for (const auto& [name, kind] : kinds("gin", true)) {
    INFO(name);
    if (name == "layers.0.first.weight") CHECK(kind == ParameterKind::bias);
    if (name == "layers.0.second.weight") CHECK(kind == ParameterKind::weight);
  }
}

TEST_CASE("layer stack: any depth has so many layers, and none is refused", "[models][layer_stack]") {
  for (const Index layers : {1, 2, 5}) {
    const LayerStack stack({.layer = "gcn", .layers = layers, .in = 3, .hidden = 4, .out = 2}, Rng(1));
    CHECK(static_cast<Index>(parameters(stack).size()) == 2 * layers);  // a weight and a bias each
  }
  CHECK_THROWS_AS(LayerStack({.layers = 0}, Rng(1)), UsageError);
  CHECK_THROWS_AS(LayerStack({.layer = "dense", .in = 1, .out = 1}, Rng(1)), UsageError);
}

TEST_CASE("layer stack: is its layers one after another, with the activation between", "[models][layer_stack]") {
  const LayerStack stack({.layer = "linear", .layers = 2, .in = 3, .hidden = 4, .out = 2}, Rng(1));
  const ModelInput input = cycle_input(6, 3);
  Tensor h = linear(std::get<Variable>(input.features()).value(), stack, "0");
  for (Real& value : h.values()) value = std::max(value, Real(0));
  CHECK(support::max_difference(evaluate(stack, input), linear(h, stack, "1")) < 1e-6);
}

TEST_CASE("layer stack: residual adds a layer's input where widths agree, and only there", "[models][layer_stack]") {
  LayerStackOptions options{
      .layer = "linear", .layers = 3, .in = 3, .hidden = 4, .out = 2, .activation = "none", .residual = true};
  const LayerStack stack(options, Rng(1));
  parameters(stack).at("layers.1.weight").mutable_value().fill(0);
  const ModelInput input = cycle_input(6, 3);
  // The middle layer gives nothing: what the first one gave passes it by.
  const Tensor first = linear(std::get<Variable>(input.features()).value(), stack, "0");
  CHECK(support::max_difference(evaluate(stack, input), linear(first, stack, "2")) < 1e-6);

  options.residual = false;
  const LayerStack plain(options, Rng(1));
  parameters(plain).at("layers.1.weight").mutable_value().fill(0);
  CHECK(support::max_difference(evaluate(plain, input), Tensor(Shape{6, 2})) == 0);  // biases start at 0
}

TEST_CASE("layer stack: the same rng gives the same parameters, whatever stands between them",
          "[models][layer_stack]") {
  const LayerStackOptions plain{.layer = "gcn", .layers = 3, .in = 3, .hidden = 4, .out = 2};
  LayerStackOptions normed = plain;
  normed.norm = "layer";
  normed.dropout = Real(0.5);
  const LayerStack first(plain, Rng(1));
  const LayerStack second(normed, Rng(1));
  const LayerStack other(plain, Rng(2));
  for (const auto& [name, value] : parameters(first)) {
    INFO(name);
    CHECK(support::same_bits(value.value(), parameters(second).at(name).value()));
    if (name.ends_with("weight")) CHECK(!support::same_bits(value.value(), parameters(other).at(name).value()));
  }
  CHECK(parameters(second).count("norms.0.gain") == 1);
  CHECK(parameters(second).count("norms.2.gain") == 0);  // none behind the last layer
}

TEST_CASE("layer stack: dropout draws by step in training and never in evaluation", "[models][layer_stack]") {
  const LayerStack stack({.layer = "gcn", .in = 8, .hidden = 8, .out = 2, .dropout = Real(0.5)}, Rng(1));
  const ModelInput input = cycle_input(20, 8);
  CHECK(support::same_bits(evaluate(stack, input), evaluate(stack, input)));
  const Tensor step_0 = evaluate(stack, input, Pass::training(3, 0));
  CHECK(support::same_bits(step_0, evaluate(stack, input, Pass::training(3, 0))));
  CHECK(!support::same_bits(step_0, evaluate(stack, input, Pass::training(3, 1))));
  CHECK(!support::same_bits(step_0, evaluate(stack, input, Pass::training(4, 0))));
  CHECK(!support::same_bits(step_0, evaluate(stack, input)));
}

TEST_CASE("layer stack: a node sees as many hops as there are layers, an mlp only itself", "[models][layer_stack]") {
  const Index nodes = 12;
  for (const std::string_view name : model_names()) {
    if (is_position_model(name) || attends(name)) continue;
    INFO(name);
    TrainConfig config = default_config(name);
    config.layers = 2;
    config.activation = "tanh";  // relu could hide a change
    const auto model = make_model(config, {.in = 3, .out = 2}, Rng(1));
    Rng rng(5);
    Tensor x = support::random_tensor(Shape{nodes, 3}, rng);
    const Graph graph = support::cycle(nodes);
    const Tensor before = evaluate(*model, {Variable::constant(x.clone()), graph});
    for (Real& value : x.row(0)) value += 1;
    const Tensor after = evaluate(*model, {Variable::constant(x), graph});
    const Index reach = name == "mlp" ? 0 : 2;
    for (Index u = 0; u < nodes; ++u) {
      const Index hops = std::min(u, nodes - u);
      const bool changed = before.at(u, 0) != after.at(u, 0) || before.at(u, 1) != after.at(u, 1);
      INFO("node " << u);
      // arma's own ReLU may swallow a change within reach; no model may see beyond it.
      if (hops > reach) CHECK(!changed);
      if (hops <= reach && name != "arma" && name != "gin") CHECK(changed);
    }
  }
}

TEST_CASE("layer stack: kinds are the layers by name, and a skip is no layer", "[models][layer_stack]") {
  Rng rng(5);
  const ModelInput input{Variable::constant(support::random_tensor(Shape{12, 3}, rng)), support::cycle(12)};
  const auto rows = [&](const std::string& model, const std::string& kinds) {
    TrainConfig config = default_config(model);
    config.layer_kinds = kinds;
    return evaluate(*make_model(config, {.in = 3, .out = 2}, Rng(1)), input);
  };
  const Tensor gcn = rows("gcn", "");
  CHECK(support::max_difference(rows("stack", "gcn,gcn"), gcn) == 0);
  CHECK(support::max_difference(rows("stack", "gcn,skip,skip,gcn"), gcn) == 0);
  CHECK(support::max_difference(rows("stack", "gcn,sage"), gcn) > 0);
  CHECK(support::max_difference(rows("stack", "gcn,sage"), rows("stack", "sage,gcn")) > 0);
}

TEST_CASE("layer stack: with --jump cat every layer reaches the result by itself", "[models][layer_stack]") {
  Rng rng(5);
  const ModelInput input{Variable::constant(support::random_tensor(Shape{12, 3}, rng)), support::cycle(12)};
  TrainConfig config = default_config("gcn");
  config.jump = "cat";
  const auto model = make_model(config, {.in = 3, .out = 2}, Rng(1));
  CHECK(model->out_width() == 2);
  // Without the last layer the rows of the first one are still there.
  const Tensor whole = evaluate(*model, input);
  for (const NamedParameter& p : parameters_of(*model)) {
    if (p.name.starts_with("layers.1.")) p.value.mutable_value().fill(0);
  }
  const Tensor without_last = evaluate(*model, input);
  CHECK(support::max_difference(whole, without_last) > 0);
  Tensor constant = without_last.clone();
  for (Index u = 1; u < 12; ++u) {
    for (Index c = 0; c < 2; ++c) constant.at(u, c) = constant.at(0, c);
  }
  CHECK(support::max_difference(constant, without_last) > 0);
}

TEST_CASE("layer kinds: unknown ones, and skips at an end, are refused", "[models][layer_stack]") {
  TrainConfig config = default_config("stack");
  for (const std::string bad : {"gcn,gnc", "gcn,,gcn", "skip,gcn", "gcn,skip", "skip"}) {
    INFO(bad);
    config.layer_kinds = bad;
    CHECK_THROWS_AS(check_config(config), UsageError);
  }
  const Dataset dataset = make_synthetic("communities:4x6", 0);
  TrainConfig other = default_config("gcn");
  other.layer_kinds = "gcn,sage";
  CHECK_THROWS_WITH(Training(dataset, other), Catch::Contains("--layer-kinds: is for --model stack"));
}
