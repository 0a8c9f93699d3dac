#include "autodiff/ops_elementwise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "kernels/dense.h"
#include "kernels/elementwise.h"

namespace cairn {

namespace {

/// y, made of x value by value; derivative(x, y) is dy/dx, from whichever of the two is cheaper.
template <class Derivative>
Variable elementwise_result(std::string_view name, Tensor y, const Variable& x, Derivative derivative) {
  return make_operation(name, std::move(y), {x}, [derivative](BackwardStep& step) {
    kernels::add_map(
        step.gradient(0), [derivative](Real u, Real in, Real out) { return u * derivative(in, out); }, step.upstream(),
        step.input(0), step.output());
  });
}

/// y = f(x); derivative as above.
template <class Function, class Derivative>
Variable elementwise(std::string_view name, const Variable& x, Function f, Derivative derivative) {
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::map(y, f, x.value());
  return elementwise_result(name, std::move(y), x, derivative);
}

/// f(a, b), value by value.
template <class Function>
Tensor combined(std::string_view name, const Variable& a, const Variable& b, Function f) {
  if (a.shape() != b.shape()) {
    throw ShapeError(fmt::format("{}: {} and {} differ", name, to_string(a.shape()), to_string(b.shape())));
  }
  Tensor y = Tensor::uninitialized(a.shape());
  kernels::map(y, f, a.value(), b.value());
  return y;
}

Real product(Real a, Real b) { return a * b; }

}  // namespace

Variable add(const Variable& a, const Variable& b) {
  return make_operation("add", combined("add", a, b, [](Real l, Real r) { return l + r; }), {a, b},
                        [](BackwardStep& step) {
                          if (step.wants(0)) kernels::add_scaled(step.upstream(), 1, step.gradient(0));
                          if (step.wants(1)) kernels::add_scaled(step.upstream(), 1, step.gradient(1));
                        });
}

Variable subtract(const Variable& a, const Variable& b) {
  return make_operation("subtract", combined("subtract", a, b, [](Real l, Real r) { return l - r; }), {a, b},
                        [](BackwardStep& step) {
                          if (step.wants(0)) kernels::add_scaled(step.upstream(), 1, step.gradient(0));
                          if (step.wants(1)) kernels::add_scaled(step.upstream(), -1, step.gradient(1));
                        });
}

Variable multiply(const Variable& a, const Variable& b) {
  return make_operation("multiply", combined("multiply", a, b, product), {a, b}, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_map(step.gradient(0), product, step.upstream(), step.input(1));
    if (step.wants(1)) kernels::add_map(step.gradient(1), product, step.upstream(), step.input(0));
  });
}

Variable divide(const Variable& a, const Variable& b) {
  const auto quotient = [](Real l, Real r) { return l / r; };
  return make_operation("divide", combined("divide", a, b, quotient), {a, b}, [quotient](BackwardStep& step) {
    if (step.wants(0)) kernels::add_map(step.gradient(0), quotient, step.upstream(), step.input(1));
    if (step.wants(1)) {
      kernels::add_map(
          step.gradient(1), [](Real u, Real y, Real r) { return -u * y / r; }, step.upstream(), step.output(),
          step.input(1));
    }
  });
}

Variable scale(const Variable& x, Real factor) {
  return elementwise(
      "scale", x, [factor](Real v) { return factor * v; }, [factor](Real, Real) { return factor; });
}

Variable scale(const Variable& x, const Variable& factor) {
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::map(
      y, [by = factor.value().item()](Real v) { return by * v; }, x.value());
  return make_operation("scale", std::move(y), {x, factor}, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_scaled(step.upstream(), step.input(1).item(), step.gradient(0));
    if (!step.wants(1)) return;
    const auto slope = static_cast<Real>(kernels::dot(step.upstream(), step.input(0)));
    kernels::add_map(step.gradient(1), [slope]() { return slope; });
  });
}

Variable shift(const Variable& x, Real summand) {
  return elementwise(
      "shift", x, [summand](Real v) { return v + summand; }, [](Real, Real) { return Real(1); });
}

Variable relu(const Variable& x) {
  return elementwise(
      "relu", x, [](Real v) { return v < 0 ? Real(0) : v; },  // in this form a NaN stays one
      [](Real v, Real) { return v > 0 ? Real(1) : Real(0); });
}

Variable leaky_relu(const Variable& x, Real negative_slope) {
  return elementwise(
      "leaky_relu", x, [negative_slope](Real v) { return v > 0 ? v : negative_slope * v; },
      [negative_slope](Real v, Real) { return v > 0 ? Real(1) : negative_slope; });
}

Variable elu(const Variable& x) {
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::elu(x.value(), y);
  // As y > 0 where x is: no branch to mispredict.
  const auto derivative = [](Real, Real out) { return std::min(out, Real(0)) + Real(1); };
  return elementwise_result("elu", std::move(y), x, derivative);
}

Variable gelu(const Variable& x) {
  constexpr auto root_half = static_cast<Real>(1 / std::numbers::sqrt2);
  constexpr auto density_at_0 = static_cast<Real>(0.3989422804014326779);  // 1 / sqrt(2 pi)
  const auto below = [](Real v) { return Real(0.5) * (Real(1) + std::erf(v * root_half)); };
  return elementwise(
      "gelu", x, [below](Real v) { return v * below(v); },
      [below](Real v, Real) { return below(v) + v * density_at_0 * std::exp(Real(-0.5) * v * v); });
}

Variable sigmoid(const Variable& x) {
  return elementwise(
      "sigmoid", x,
      [](Real v) {
        const Real e = std::exp(-std::abs(v));  // exp of a positive number could overflow
        return v >= 0 ? Real(1) / (Real(1) + e) : e / (Real(1) + e);
      },
      [](Real, Real y) { return y * (Real(1) - y); });
}

Variable tanh(const Variable& x) {
  return elementwise(
      "tanh", x, [](Real v) { return std::tanh(v); }, [](Real, Real y) { return Real(1) - y * y; });
}

Variable exp(const Variable& x) {
  return elementwise(
      "exp", x, [](Real v) { return std::exp(v); }, [](Real, Real y) { return y; });
}

Variable log(const Variable& x) {
  return elementwise(
      "log", x, [](Real v) { return std::log(v); }, [](Real v, Real) { return Real(1) / v; });
}

Variable sqrt(const Variable& x) {
  return elementwise(
      "sqrt", x, [](Real v) { return std::sqrt(v); }, [](Real, Real y) { return Real(0.5) / y; });
}

Variable square(const Variable& x) {
  return elementwise(
      "square", x, [](Real v) { return v * v; }, [](Real v, Real) { return 2 * v; });
}

Variable abs(const Variable& x) {
  return elementwise(
      "abs", x, [](Real v) { return std::abs(v); },
      [](Real v, Real) { return v > 0 ? Real(1) : (v < 0 ? Real(-1) : Real(0)); });
}

Variable sin(const Variable& x) {
  return elementwise(
      "sin", x, [](Real v) { return std::sin(v); }, [](Real v, Real) { return std::cos(v); });
}

Variable cos(const Variable& x) {
  return elementwise(
      "cos", x, [](Real v) { return std::cos(v); }, [](Real v, Real) { return -std::sin(v); });
}

namespace {
bool drops(Real rate, const Pass& pass) {
  if (!(rate >= 0 && rate < 1)) throw UsageError(fmt::format("dropout: expected a rate in [0, 1), found {}", rate));
  return pass.is_training() && rate > 0;
}
}  // namespace

Variable dropout(const Variable& x, Real rate, std::uint64_t key, const Pass& pass) {
  if (!drops(rate, pass)) return x;
  const std::uint64_t draws = pass.draws(key);
  Tensor kept = Tensor::uninitialized(x.shape());
  kernels::dropout(x.value(), rate, draws, kept);
  return make_operation("dropout", std::move(kept), {x}, [rate, draws](BackwardStep& step) {
    kernels::add_dropout(step.upstream(), rate, draws, step.gradient(0));  // the draws are made again: no mask is kept
  });
}

SparseMatrix dropout(const SparseMatrix& x, Real rate, std::uint64_t key, const Pass& pass) {
  if (!drops(rate, pass)) return x;
  Tensor kept = Tensor::uninitialized(x.values().shape());
  kernels::dropout(x.values(), rate, pass.draws(key), kept);
  return x.with_values(std::move(kept));
}

}  // namespace cairn
