#include "nn/normalization.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "autodiff/ops_normalize.h"
#include "autodiff/recompute.h"
#include "kernels/elementwise.h"

namespace cairn {

namespace {
constexpr Real epsilon = Real(1e-5);
}  // namespace

LayerNorm::LayerNorm(Index width)
    : gain_(constant_parameter(Shape{width}, 1)), bias_(constant_parameter(Shape{width}, 0)) {}

Variable LayerNorm::forward(const Variable& x, const Pass&) const {
  return add_row(multiply_row(normalize_rows(x, epsilon), gain_), bias_);
}

void LayerNorm::visit(const ParameterVisitor& visitor) const {
  visitor("gain", gain_, ParameterKind::bias);
  visitor("bias", bias_, ParameterKind::bias);
}

BatchNorm::BatchNorm(Index width, Real momentum)
    : momentum_(momentum),
      gain_(constant_parameter(Shape{width}, 1)),
      bias_(constant_parameter(Shape{width}, 0)),
      running_mean_(Variable::constant(Tensor(Shape{width}, 0))),
      running_variance_(Variable::constant(Tensor(Shape{width}, 1))) {}

Variable BatchNorm::forward(const Variable& x, const Pass& pass) const {
  if (pass.is_training()) {
    Tensor mean;
    Tensor variance;
    const Variable normalized = normalize_columns(x, epsilon, mean, variance);
    const auto rows = static_cast<Real>(x.value().rows());
    const Real unbiased = rows > 1 ? rows / (rows - 1) : Real(1);
    const auto follow = [this](const Variable& running, const Tensor& batch, Real factor) {
      kernels::map(
          running.mutable_value(), [=, this](Real r, Real b) { return r + momentum_ * (factor * b - r); },
          running.value(), batch);
    };
    // No rows have no statistics, and what is worked out twice moves them once.
    if (rows > 0 && !runs_again()) {
      follow(running_mean_, mean, 1);
      follow(running_variance_, variance, unbiased);
    }
    return add_row(multiply_row(normalized, gain_), bias_);
  }
  Tensor inverse_deviation = Tensor::uninitialized(running_variance_.shape());
  kernels::map(
      inverse_deviation, [](Real v) { return 1 / std::sqrt(v + epsilon); }, running_variance_.value());
  const Variable centered = add_row(x, scale(running_mean_, -1));
  return add_row(multiply_row(multiply_row(centered, Variable::constant(inverse_deviation)), gain_), bias_);
}

void BatchNorm::visit(const ParameterVisitor& visitor) const {
  visitor("gain", gain_, ParameterKind::bias);
  visitor("bias", bias_, ParameterKind::bias);
  visitor("running_mean", running_mean_, ParameterKind::buffer);
  visitor("running_variance", running_variance_, ParameterKind::buffer);
}

std::unique_ptr<NormLayer> make_norm(std::string_view name, Index width) {
  constexpr std::array<std::string_view, 3> known{"none", "layer", "batch"};
  if (name == "none") return nullptr;
  if (name == "layer") return std::make_unique<LayerNorm>(width);
  if (name == "batch") return std::make_unique<BatchNorm>(width);
  throw_unknown_name("norm", name, known);
}

}  // namespace cairn
