#include "autodiff/ops_elementwise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "kernels/dense.h"
#include "kernels/elementwise.h"

namespace cairn {

namespace {

/// What the derivative of an elementwise function is worked out from: whichever is cheaper. Where it is the output, the
/// input may be written over.
enum class From : std::uint8_t { input, output };

/// y, made of x value by value; derivative(v) is dy/dx at the value v of x or y.
template <class Derivative>
Variable elementwise_result(std::string_view name, Tensor y, Variable x, From from, Derivative derivative) {
  const Reads reads = from == From::input ? Reads::inputs({0}) : Reads::output();
  return make_operation(name, std::move(y), {std::move(x)}, reads, [from, derivative](BackwardStep& step) {
    Tensor& upstream = step.used_up_upstream();
    kernels::map(
        upstream, [derivative](Real u, Real v) { return u * derivative(v); }, upstream,
        from == From::input ? step.input(0) : step.output());
    step.hand_on(0);
  });
}

/// y = f(x); derivative as above.
template <class Function, class Derivative>
Variable elementwise(std::string_view name, Variable x, Function f, From from, Derivative derivative) {
  Tensor y = from == From::input ? Tensor::uninitialized(x.shape()) : x.memory_for_result();
  kernels::map(y, f, x.value());
  return elementwise_result(name, std::move(y), std::move(x), from, derivative);
}

/// f(a, b), value by value, written to y.
template <class Function>
Tensor combined(std::string_view name, const Variable& a, const Variable& b, Function f, Tensor y) {
  if (a.shape() != b.shape()) {
    throw ShapeError(fmt::format("{}: {} and {} differ", name, to_string(a.shape()), to_string(b.shape())));
  }
  kernels::map(y, f, a.value(), b.value());
  return y;
}

Real product(Real a, Real b) { return a * b; }

}  // namespace

Variable add(Variable a, Variable b) {
  Tensor y = combined(
      "add", a, b, [](Real l, Real r) { return l + r; }, a.memory_for_result());
  return make_operation("add", std::move(y), {std::move(a), std::move(b)}, Reads::nothing(), [](BackwardStep& step) {
    if (step.wants(0) && step.wants(1)) {
      kernels::add_scaled(step.upstream(), 1, step.gradient(0));
    } else if (step.wants(0)) {
      step.hand_on(0);
    }
    if (step.wants(1)) step.hand_on(1);
  });
}

Variable subtract(Variable a, Variable b) {
  Tensor y = combined(
      "subtract", a, b, [](Real l, Real r) { return l - r; }, a.memory_for_result());
  return make_operation("subtract", std::move(y), {std::move(a), std::move(b)}, Reads::nothing(),
                        [](BackwardStep& step) {
                          if (step.wants(0)) kernels::add_scaled(step.upstream(), 1, step.gradient(0));
                          if (step.wants(1)) kernels::add_scaled(step.upstream(), -1, step.gradient(1));
                        });
}

Variable multiply(Variable a, Variable b) {
  const Reads reads = reads_of_product(a, b);
  Tensor y = combined("multiply", a, b, product, Tensor::uninitialized(a.shape()));
  return make_operation("multiply", std::move(y), {std::move(a), std::move(b)}, reads, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_map(step.gradient(0), product, step.upstream(), step.input(1));
    if (step.wants(1)) kernels::add_map(step.gradient(1), product, step.upstream(), step.input(0));
  });
}

Variable divide(Variable a, Variable b) {
  const auto quotient = [](Real l, Real r) { return l / r; };
  Tensor y = combined("divide", a, b, quotient, a.memory_for_result());
  return make_operation("divide", std::move(y), {std::move(a), std::move(b)}, Reads::inputs({1}).and_output(),
                        [quotient](BackwardStep& step) {
                          if (step.wants(0))
                            kernels::add_map(step.gradient(0), quotient, step.upstream(), step.input(1));
                          if (!step.wants(1)) return;
                          kernels::add_map(
                              step.gradient(1), [](Real u, Real l_by_r, Real r) { return -u * l_by_r / r; },
                              step.upstream(), step.output(), step.input(1));
                        });
}

Variable scale(Variable x, Real factor) {
  const auto times = [factor](Real v) { return factor * v; };
  Tensor y = x.memory_for_result();
  kernels::map(y, times, x.value());
  return make_operation("scale", std::move(y), {std::move(x)}, Reads::nothing(), [times](BackwardStep& step) {
    kernels::map(step.used_up_upstream(), times, step.upstream());
    step.hand_on(0);
  });
}

Variable scale(Variable x, const Variable& factor) {
  const Reads reads = reads_of_product(x, factor);
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::map(
      y, [by = factor.value().item()](Real v) { return by * v; }, x.value());
  return make_operation("scale", std::move(y), {std::move(x), factor}, reads, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_scaled(step.upstream(), step.input(1).item(), step.gradient(0));
    if (!step.wants(1)) return;
    const auto slope = static_cast<Real>(kernels::dot(step.upstream(), step.input(0)));
    kernels::add_map(step.gradient(1), [slope]() { return slope; });
  });
}

Variable shift(Variable x, Real summand) {
  Tensor y = x.memory_for_result();
  kernels::map(
      y, [summand](Real v) { return v + summand; }, x.value());
  return make_operation("shift", std::move(y), {std::move(x)}, Reads::nothing(),
                        [](BackwardStep& step) { step.hand_on(0); });
}

Variable relu(Variable x) {
  Tensor y = x.memory_for_result();
  kernels::relu(x.value(), y);
  return elementwise_result("relu", std::move(y), std::move(x), From::output,
                            [](Real out) { return out > 0 ? Real(1) : Real(0); });
}

Variable leaky_relu(Variable x, Real negative_slope) {
  return elementwise(
      "leaky_relu", std::move(x), [negative_slope](Real v) { return v > 0 ? v : negative_slope * v; }, From::input,
      [negative_slope](Real v) { return v > 0 ? Real(1) : negative_slope; });
}

Variable elu(Variable x) {
  Tensor y = x.memory_for_result();
  kernels::elu(x.value(), y);
  // As y > 0 where x is: no branch to mispredict.
  const auto derivative = [](Real out) { return std::min(out, Real(0)) + Real(1); };
  return elementwise_result("elu", std::move(y), std::move(x), From::output, derivative);
}

Variable gelu(Variable x) {
  constexpr auto root_half = static_cast<Real>(1 / std::numbers::sqrt2);
  constexpr auto density_at_0 = static_cast<Real>(0.3989422804014326779);  // 1 / sqrt(2 pi)
  const auto below = [](Real v) { return Real(0.5) * (Real(1) + std::erf(v * root_half)); };
  return elementwise(
      "gelu", std::move(x), [below](Real v) { return v * below(v); }, From::input,
      [below](Real v) { return below(v) + v * density_at_0 * std::exp(Real(-0.5) * v * v); });
}

Variable sigmoid(Variable x) {
  return elementwise(
      "sigmoid", std::move(x),
      [](Real v) {
        const Real e = std::exp(-std::abs(v));  // exp of a positive number could overflow
        return v >= 0 ? Real(1) / (Real(1) + e) : e / (Real(1) + e);
      },
      From::output, [](Real y) { return y * (Real(1) - y); });
}

Variable tanh(Variable x) {
  return elementwise(
      "tanh", std::move(x), [](Real v) { return std::tanh(v); }, From::output, [](Real y) { return Real(1) - y * y; });
}

Variable exp(Variable x) {
  return elementwise(
      "exp", std::move(x), [](Real v) { return std::exp(v); }, From::output, [](Real y) { return y; });
}

Variable log(Variable x) {
  return elementwise(
      "log", std::move(x), [](Real v) { return std::log(v); }, From::input, [](Real v) { return Real(1) / v; });
}

Variable sqrt(Variable x) {
  return elementwise(
      "sqrt", std::move(x), [](Real v) { return std::sqrt(v); }, From::output, [](Real y) { return Real(0.5) / y; });
}

Variable square(Variable x) {
  return elementwise(
      "square", std::move(x), [](Real v) { return v * v; }, From::input, [](Real v) { return 2 * v; });
}

Variable abs(Variable x) {
  return elementwise(
      "abs", std::move(x), [](Real v) { return std::abs(v); }, From::input,
      [](Real v) { return v > 0 ? Real(1) : (v < 0 ? Real(-1) : Real(0)); });
}

Variable sin(Variable x) {
  return elementwise(
      "sin", std::move(x), [](Real v) { return std::sin(v); }, From::input, [](Real v) { return std::cos(v); });
}

Variable cos(Variable x) {
  return elementwise(
      "cos", std::move(x), [](Real v) { return std::cos(v); }, From::input, [](Real v) { return -std::sin(v); });
}

namespace {
bool drops(Real rate, const Pass& pass) {
  if (!(rate >= 0 && rate < 1)) throw UsageError(fmt::format("dropout: expected a rate in [0, 1), found {}", rate));
  return pass.is_training() && rate > 0;
}
}  // namespace

Variable dropout(Variable x, Real rate, std::uint64_t key, const Pass& pass) {
  if (!drops(rate, pass)) return x;
  const std::uint64_t draws = pass.draws(key);
  Tensor kept = x.memory_for_result();
  kernels::dropout(x.value(), rate, draws, kept);
  return make_operation(
      "dropout", std::move(kept), {std::move(x)}, Reads::nothing(), [rate, draws](BackwardStep& step) {
        Tensor& upstream = step.used_up_upstream();
        kernels::dropout(upstream, rate, draws, upstream);  // the draws are made again: no mask is kept
        step.hand_on(0);
      });
}

SparseMatrix dropout(const SparseMatrix& x, Real rate, std::uint64_t key, const Pass& pass) {
  if (!drops(rate, pass)) return x;
  Tensor kept = Tensor::uninitialized(x.values().shape());
  kernels::dropout(x.values(), rate, pass.draws(key), kept);
  return x.with_values(std::move(kept));
}

}  // namespace cairn
