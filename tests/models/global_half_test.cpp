#include "models/global_half.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "autodiff/ops_dense.h"
#include "models/attention_cases.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;
using support::even_attention;
using support::line_attention;

namespace {

constexpr Index nodes = 12;

GlobalHalf half_over(const AttentionInput& input) {
  Rng rng(3);
  return {{.in = 5, .width = 8, .heads = 2, .biases = input.op->bias_count(), .features = {.count = 4}}, 3, 0, rng};
}

std::map<std::string, NamedParameter> parameters(const GlobalHalf& half) {
  std::map<std::string, NamedParameter> found;
  for (const NamedParameter& parameter : parameters_of(half)) found.emplace(parameter.name, parameter);
  return found;
}

Variable rows() {
  Rng rng(7);
  return Variable::constant(support::random_tensor(Shape{nodes, 5}, rng));
}

Tensor heard(const AttentionInput& input, Real share) {
  const GlobalHalf half = half_over(input);
  parameters(half).at("share").value.mutable_value().fill(share);
  const WithoutGradients without_gradients;
  return half.forward(rows(), input, Pass::training(1, 0)).value();
}

}  // namespace

TEST_CASE("global half: it starts at 0, and its share alone learns first", "[models][global_half]") {
  const AttentionInput input = line_attention(nodes);
  const GlobalHalf half = half_over(input);
  const Variable y = half.forward(rows(), input, Pass::training(1, 0));
  for (const Real value : y.value().values()) CHECK(value == 0);
  backward(sum(y));
  for (const auto& [name, parameter] : parameters(half)) {
    if (parameter.kind == ParameterKind::buffer) continue;
    INFO(name);
    Real largest = 0;
    const Tensor gradient = parameter.value.grad();
    for (const Real value : gradient.values()) largest = std::max(largest, std::abs(value));
    CHECK((largest > 0) == (name == "share"));
  }
}

TEST_CASE("global half: what only spreads is let in 50 times as slowly as what can point", "[models][global_half]") {
  const Tensor fast = heard(line_attention(nodes), 1);
  const Tensor slow = heard(even_attention(nodes), 1);
  Real largest = 0;
  for (Index i = 0; i < fast.size(); ++i) {
    largest = std::max(largest, std::abs(fast.data()[i]));
    CHECK(slow.data()[i] * 50 == Approx(fast.data()[i]).margin(1e-5));
  }
  CHECK(largest > 0.01);
  const Tensor twice = heard(even_attention(nodes), 2);
  for (Index i = 0; i < fast.size(); ++i) CHECK(twice.data()[i] == Approx(2 * slow.data()[i]).margin(1e-7));
}

TEST_CASE("global half: none of its weights decays", "[models][global_half]") {
  for (const auto& [name, parameter] : parameters(half_over(line_attention(nodes)))) {
    INFO(name);
    CHECK(parameter.kind != ParameterKind::weight);
  }
}
