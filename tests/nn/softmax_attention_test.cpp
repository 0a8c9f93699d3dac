#include "nn/softmax_attention.h"

#include "core/error.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::formula_tolerance;
using support::Json;
using support::max_difference;
using support::off_zero;
using support::tensor_of;

std::shared_ptr<const kernels::AttentionBlocks> blocks_of(Index nodes, std::vector<std::int32_t> graphs = {}) {
  return std::make_shared<kernels::AttentionBlocks>(kernels::attention_blocks(nodes, graphs));
}

TEST_CASE("softmax attention: rows are those of the formula, worked out by a script", "[nn][golden]") {
  const Json cases = support::golden("softmax_attention.json");
  REQUIRE(cases.size() == 3);
  for (const Json& expected : cases) {
    Rng rng(1);
    const SoftmaxAttention layer({.in = expected.at("in").get<Index>(),
                                  .position = expected.at("position").get<Index>(),
                                  .width = expected.at("width").get<Index>(),
                                  .heads = expected.at("heads").get<Index>(),
                                  .key_width = expected.at("key_width").get<Index>(),
                                  .content_logits = expected.at("content_logits").get<bool>()},
                                 rng);
    std::size_t set = 0;
    for (const NamedParameter& parameter : parameters_of(layer)) {
      INFO(parameter.name);
      parameter.value.mutable_value() = tensor_of(expected.at("parameters").at(parameter.name));
      ++set;
    }
    CHECK(set == expected.at("parameters").size());
    const Tensor x = tensor_of(expected.at("x"));
    const Variable position =
        expected.at("positions").empty() ? Variable() : Variable::constant(tensor_of(expected.at("positions")));
    const auto blocks = blocks_of(x.rows(), expected.at("graph_of_node").get<std::vector<std::int32_t>>());
    const Tensor y = layer.forward(Variable::constant(x), position, blocks).value();
    CHECK(max_difference(y, tensor_of(expected.at("y"))) < formula_tolerance);
  }
}

TEST_CASE("softmax attention: gradients of inputs and all parameters agree with central differences",
          "[nn][gradients]") {
  for (const bool content : {false, true}) {
    for (const Index positions : {0, 3}) {
      if (!content && positions == 0) continue;
      INFO("content " << content << ", positions " << positions);
      Rng rng(3);
      const SoftmaxAttention layer(
          {.in = 2, .position = positions, .width = 4, .heads = 2, .key_width = 3, .content_logits = content}, rng);
      std::vector<NamedParameter> parameters = support::moved_parameters(layer);
      const Variable x = Variable::parameter(off_zero({5, 2}, 6));
      parameters.push_back({"x", x});
      Variable position;
      if (positions > 0) {
        position = Variable::parameter(off_zero({5, positions}, 7));
        parameters.push_back({"position", position});
      }
      const auto blocks = blocks_of(5, {0, 1, 0, 0, 1});
      support::check_parameters(parameters, [&] { return layer.forward(x, position, blocks); });
    }
  }
}

TEST_CASE("softmax attention: relabeling the nodes relabels the rows of the result", "[nn]") {
  Rng rng(7);
  const SoftmaxAttention layer({.in = 3, .position = 4, .content_logits = true}, rng);
  const Tensor x = support::random_tensor({9, 3}, rng);
  const Tensor position = support::random_tensor({9, 4}, rng);
  const std::vector<NodeId> new_id = support::shuffled_ids(9, rng);
  const auto run = [&](const Tensor& content, const Tensor& places) {
    return layer.forward(Variable::constant(content), Variable::constant(places), blocks_of(9)).value();
  };
  const Tensor moved = run(support::move_rows(x, new_id), support::move_rows(position, new_id));
  CHECK(max_difference(moved, support::move_rows(run(x, position), new_id)) < 1e-5);  // 9-term float sums
}

TEST_CASE("softmax attention: a graph has the rows that it has alone in any union", "[nn]") {
  Rng rng(8);
  const SoftmaxAttention layer({.in = 3, .position = 4}, rng);
  const Tensor x = support::random_tensor({6, 3}, rng);
  const Tensor position = support::random_tensor({6, 4}, rng);
  const Tensor both =
      layer.forward(Variable::constant(x), Variable::constant(position), blocks_of(6, {0, 1, 0, 1, 0, 1})).value();
  const auto odd = [](const Tensor& of) {
    Tensor rows(Shape{3, of.columns()});
    for (Index i = 0; i < 3; ++i) std::copy_n(of.row(2 * i + 1).data(), of.columns(), rows.row(i).data());
    return rows;
  };
  const Tensor alone =
      layer.forward(Variable::constant(odd(x)), Variable::constant(odd(position)), blocks_of(3)).value();
  CHECK(support::same_bits(alone, odd(both)));
}

TEST_CASE("softmax attention: with logits of positions alone, content changes values and no weight", "[nn]") {
  Rng rng(9);
  const SoftmaxAttention layer({.in = 2, .position = 3}, rng);
  const Variable position = Variable::constant(support::random_tensor({5, 3}, rng));
  const auto run = [&](const Tensor& x) {
    return layer.forward(Variable::constant(x), position, blocks_of(5)).value();
  };
  const Tensor a = support::random_tensor({5, 2}, rng);
  const Tensor b = support::random_tensor({5, 2}, rng);
  Tensor both(a.shape());
  for (Index i = 0; i < both.size(); ++i) both.data()[i] = a.data()[i] + b.data()[i];
  Tensor sum = run(a);
  const Tensor of_b = run(b);
  for (Index i = 0; i < sum.size(); ++i) sum.data()[i] += of_b.data()[i];
  CHECK(max_difference(run(both), sum) < 1e-5);  // linear in content, which softmax over content is not
}

TEST_CASE("softmax attention: options and inputs that make no sense are refused", "[nn]") {
  const auto make = [](SoftmaxAttentionOptions options) {
    Rng rng(1);
    SoftmaxAttention layer(options, rng);
  };
  CHECK_NOTHROW(make({.in = 2, .position = 3}));
  CHECK_THROWS_AS(make({.in = 2}), UsageError);
  CHECK_THROWS_AS(make({.in = 0, .position = 3}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .position = -1, .content_logits = true}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .position = 3, .width = 5, .heads = 2}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .position = 3, .width = 0}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .position = 3, .heads = 0}), UsageError);
  CHECK_THROWS_AS(make({.in = 2, .position = 3, .key_width = 0}), UsageError);
  Rng rng(1);
  const SoftmaxAttention layer({.in = 2, .position = 3}, rng);
  const Variable x = Variable::constant(Tensor(Shape{4, 2}));
  CHECK_THROWS_AS(layer.forward(x, Variable(), blocks_of(4)), ShapeError);
  CHECK_THROWS_AS(layer.forward(x, Variable::constant(Tensor(Shape{4, 2})), blocks_of(4)), ShapeError);
  CHECK_THROWS_AS(layer.forward(x, Variable::constant(Tensor(Shape{4, 3})), blocks_of(5)), ShapeError);
}

}  // namespace
}  // namespace cairn
