#include "autodiff/recompute.h"

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "support/catch.h"
#include "support/gradient_table.h"
#include "support/tensors.h"

using namespace cairn;

TEST_CASE("recompute: gradients agree with differences, shared inputs and a second use among them", "[autodiff]") {
  support::check_row({"recompute",
                      [](support::Inputs in) {
                        const auto f = [](std::span<const Variable> at) {
                          return tanh(multiply(matmul(at[0], at[1]), matmul(at[0], at[1])));
                        };
                        const Variable shifted = shift(in[0], Real(0.3));
                        return add(recompute(f, {shifted, in[1]}, {}), matmul(shifted, in[1]));
                      },
                      {support::off_zero({3, 2}), support::off_zero({2, 4}, 2)}});
}

TEST_CASE("recompute: parameters that the function reaches by itself receive what they would without it",
          "[autodiff]") {
  const Variable weight = Variable::parameter(support::off_zero({2, 4}, 2));
  const Variable x = Variable::constant(support::off_zero({3, 2}));
  const auto f = [&](std::span<const Variable> at) { return tanh(matmul(at[0], weight)); };
  const auto gradient = [&](const Variable& y) {
    weight.clear_gradient();
    backward(sum(square(add(y, matmul(x, weight)))));
    return weight.grad().clone();
  };
  const Tensor plain = gradient(f(std::vector<Variable>{x}));
  CHECK(support::max_difference(gradient(recompute(f, {x}, {weight})), plain) < 1e-6);  // another order of three terms
  const WithoutGradients without_gradients;
  CHECK(!recompute(f, {x}, {weight}).wants_gradient());
}

TEST_CASE("recompute: the function runs unrecorded, and again for the way back, also where recording is off",
          "[autodiff]") {
  const Variable weight = Variable::parameter(Tensor({1}, 3));
  int runs = 0;
  bool recorded = false;
  const auto f = [&](std::span<const Variable> at) {
    ++runs;
    Variable y = square(at[0]);
    recorded = y.wants_gradient();
    return y;
  };
  const Variable y = recompute(f, {weight}, {});
  CHECK(runs == 1);
  CHECK(!recorded);
  const Variable loss = sum(y);
  {
    const WithoutGradients without_gradients;
    backward(loss);
  }
  CHECK(runs == 2);
  CHECK(recorded);
  CHECK(weight.grad().item() == 6);
}
