#include "autodiff/variable.h"

#include <pthread.h>

#include <limits>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "support/catch.h"

namespace cairn {
namespace {

Variable parameter(Real value) { return Variable::parameter(Tensor(Shape{}, value)); }

/// Runs `work` on a thread with a stack of 512 KiB.
template <class Work>
void on_small_stack(Work work) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, 512 * 1024) == 0);
  pthread_t thread{};
  const auto run = [](void* argument) -> void* {
    (*static_cast<Work*>(argument))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run, &work) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  pthread_attr_destroy(&attributes);
}

constexpr Index chain_length = 1'000'000;

Variable chain_from(const Variable& start) {
  Variable x = start;
  for (Index i = 0; i < chain_length; ++i) x = shift(x, 1);
  return x;
}

TEST_CASE("a chain of a million operations goes forward and backward on a stack of 512 KiB", "[autodiff]") {
  Real result = 0;
  Real gradient = 0;
  on_small_stack([&] {
    const Variable start = parameter(0);
    const Variable end = scale(chain_from(start), 3);
    result = end.value().item();
    backward(end);
    gradient = start.grad().item();
  });
  CHECK(result == Real(3 * chain_length));  // integers below 2^24: exact in float
  CHECK(gradient == 3);
}

TEST_CASE("a chain of a million operations is released without backward on a stack of 512 KiB", "[autodiff]") {
  bool wanted = false;
  on_small_stack([&] { wanted = chain_from(parameter(0)).wants_gradient(); });
  CHECK(wanted);
}

TEST_CASE("a chain of a million diamonds adds both branches of each", "[autodiff]") {
  // x -> x/2 + x/2: a traversal by paths instead of operations would never end
  Real gradient = 0;
  on_small_stack([&] {
    const Variable start = parameter(2);
    Variable x = start;
    for (Index i = 0; i < chain_length / 4; ++i) x = add(scale(x, Real(0.5)), scale(x, Real(0.5)));
    backward(x);
    gradient = start.grad().item();
  });
  CHECK(gradient == 1);
}

TEST_CASE("an input used twice by one operation receives both gradients", "[autodiff]") {
  const Variable x = parameter(3);
  backward(multiply(x, x));
  CHECK(x.grad().item() == 6);
}

TEST_CASE("branches of different lengths meet before their common input goes backward", "[autodiff]") {
  // y = x^2; loss = y + 2 (y + 1)^2: dy = 1 + 4 (y + 1), dx = 2 x dy
  const Variable x = parameter(2);
  const Variable y = square(x);
  backward(add(y, scale(square(shift(y, 1)), 2)));
  CHECK(x.grad().item() == 2 * 2 * (1 + 4 * 5));
}

TEST_CASE("a parameter used many times adds up all its uses", "[autodiff]") {
  const Variable w = parameter(2);
  Variable total = parameter(0);
  for (int i = 1; i <= 100; ++i) total = add(total, scale(w, Real(i)));
  backward(total);
  CHECK(w.grad().item() == 5050);
}

TEST_CASE("gradients of two losses add up until they are cleared", "[autodiff]") {
  const Variable x = parameter(3);
  backward(square(x));
  backward(scale(x, 10));
  CHECK(x.grad().item() == 16);
  x.clear_gradient();
  CHECK_FALSE(x.grad().defined());
  backward(scale(x, 10));
  CHECK(x.grad().item() == 10);
}

TEST_CASE("backward of a parameter itself adds one to its gradient", "[autodiff]") {
  const Variable x = parameter(3);
  backward(x);
  backward(x);
  CHECK(x.grad().item() == 2);
}

TEST_CASE("backward of more or less than one value throws", "[autodiff]") {
  CHECK_THROWS_AS(backward(Variable::parameter(Tensor(Shape{2}))), ShapeError);
  CHECK_THROWS_AS(backward(Variable::parameter(Tensor(Shape{0}))), ShapeError);
  CHECK_NOTHROW(backward(Variable::parameter(Tensor(Shape{1, 1}))));
}

TEST_CASE("a second backward through released operations throws instead of losing gradients", "[autodiff]") {
  const Variable x = parameter(3);
  const Variable shared = square(x);
  const Variable first = scale(shared, 2);
  const Variable second = scale(shared, 3);
  backward(first);
  CHECK_THROWS_AS(backward(first), Error);
  CHECK_THROWS_AS(backward(second), Error);
  CHECK_THROWS_WITH(backward(second), Catch::Contains("square"));
  CHECK(x.grad().item() == 12);
  // Both losses in one pass are what to do instead; the failed passes have left nothing behind.
  const Variable again = square(x);
  backward(add(scale(again, 2), scale(again, 3)));
  CHECK(x.grad().item() == 12 + 30);
}

TEST_CASE("an operation on released results throws in backward instead of losing gradients", "[autodiff]") {
  const Variable x = parameter(3);
  const Variable y = square(x);
  backward(y);
  CHECK(y.value().item() == 9);
  CHECK_THROWS_AS(backward(scale(y, 2)), Error);
}

TEST_CASE("constants receive no gradient and an operation on constants alone keeps no inputs", "[autodiff]") {
  const Variable c = Variable::constant(Tensor(Shape{}, 2));
  const Variable x = parameter(3);
  backward(multiply(c, x));
  CHECK_FALSE(c.grad().defined());
  CHECK(x.grad().item() == 2);
  CHECK_FALSE(square(c).wants_gradient());
}

TEST_CASE("results between the loss and the parameters keep no gradient after backward", "[autodiff]") {
  const Variable x = parameter(3);
  const Variable y = square(x);
  const Variable loss = scale(y, 2);
  backward(loss);
  CHECK_FALSE(y.grad().defined());
  CHECK_FALSE(loss.grad().defined());
}

TEST_CASE("without gradients nothing is recorded, and recording returns afterwards", "[autodiff]") {
  const Variable x = parameter(3);
  {
    const WithoutGradients outer;
    {
      const WithoutGradients inner;
      CHECK_FALSE(square(x).wants_gradient());
    }
    CHECK_FALSE(square(x).wants_gradient());
    backward(square(x));
    CHECK_FALSE(x.grad().defined());
  }
  CHECK(square(x).wants_gradient());
}

TEST_CASE("checking numbers names the operation whose result went bad", "[autodiff]") {
  const Variable zero = parameter(0);
  const Variable huge = parameter(std::numeric_limits<Real>::max());
  CHECK_NOTHROW(log(zero));
  const CheckNumbers check;
  CHECK_THROWS_AS(log(zero), NumericError);
  CHECK_THROWS_WITH(log(zero), Catch::Contains("log"));
  CHECK_THROWS_WITH(divide(zero, zero), Catch::Contains("divide"));
  CHECK_THROWS_WITH(add(huge, huge), Catch::Contains("add"));
  CHECK_NOTHROW(exp(zero));
}

TEST_CASE("no activation hides that its input is not a number", "[autodiff]") {
  const Variable nan = parameter(std::numeric_limits<Real>::quiet_NaN());
  for (const auto f : {relu, elu, gelu, sigmoid, tanh, abs}) CHECK(std::isnan(f(nan).value().item()));
  CHECK(std::isnan(leaky_relu(nan, Real(0.2)).value().item()));
}

TEST_CASE("an exception from a rule leaves later passes right", "[autodiff]") {
  const Variable x = parameter(3);
  const Variable y = square(x);
  const auto failing = [](BackwardStep&) { throw NumericError("rule"); };
  CHECK_THROWS_AS(backward(make_operation("failing", Tensor(Shape{}, 1), {y, x}, failing)), NumericError);
  x.clear_gradient();
  backward(square(x));
  CHECK(x.grad().item() == 6);
}

}  // namespace
}  // namespace cairn
