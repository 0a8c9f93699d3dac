#include "autodiff/gradient_check.h"

#include "autodiff/ops_elementwise.h"
#include "kernels/elementwise.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"

namespace cairn {
namespace {

/// 3 x whose rule claims the derivative `claimed`.
Variable triple(const Variable& x, Real claimed) {
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::map(
      y, [](Real v) { return 3 * v; }, x.value());
  return make_operation("triple", std::move(y), {x}, [claimed](BackwardStep& step) {
    kernels::add_scaled(step.upstream(), claimed, step.gradient(0));
  });
}

TEST_CASE("gradient check: a rule that is wrong by a little more than the tolerance is found", "[autodiff]") {
  const std::vector<Tensor> at{support::off_zero({2, 2})};
  const auto error = static_cast<Real>(4 * support::gradient_tolerance * 3);
  const auto check = [&](Real claimed) {
    return check_gradients([=](std::span<const Variable> in) { return triple(in[0], claimed); }, at,
                           support::gradient_tolerance);
  };
  CHECK(check(3).passed);
  CHECK_FALSE(check(3 + error).passed);
  CHECK_FALSE(check(3 - error).passed);
  CHECK(check(3 + error).worst_place.starts_with("input 0, value "));
}

TEST_CASE("gradient check: a gradient that is not a number does not pass", "[autodiff]") {
  const auto f = [](std::span<const Variable> in) { return triple(in[0], std::numeric_limits<Real>::quiet_NaN()); };
  CHECK_FALSE(check_gradients(f, {support::off_zero({2})}, 1e9).passed);
}

TEST_CASE("gradient check: a missing gradient does not pass", "[autodiff]") {
  const auto f = [](std::span<const Variable> in) {
    return triple(Variable::constant(in[0].value()), 3);  // cut from its input
  };
  CHECK_FALSE(check_gradients(f, {support::off_zero({2})}, support::gradient_tolerance).passed);
}

}  // namespace
}  // namespace cairn
