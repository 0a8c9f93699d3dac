#include "autodiff/gradient_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "core/rng.h"

namespace cairn {

namespace {

Variable weighted_total(const Variable& result) {
  Rng rng(1);
  Tensor weights(result.shape());
  for (Real& w : weights.values()) w = rng.uniform(Real(0.5), Real(1.5));
  return sum(multiply(result, Variable::constant(weights)));
}

std::vector<Variable> parameters_at(const std::vector<Tensor>& at) {
  std::vector<Variable> inputs;
  for (const Tensor& tensor : at) inputs.push_back(Variable::parameter(tensor.clone()));
  return inputs;
}

}  // namespace

GradientCheck check_gradients(const std::function<Variable(std::span<const Variable>)>& f,
                              const std::vector<Tensor>& at, double tolerance) {
  const std::vector<Variable> inputs = parameters_at(at);
  backward(weighted_total(f(inputs)));

  // The error of a central difference is about h^2 from the formula plus epsilon / h from rounding.
  const Real h = sizeof(Real) == sizeof(double) ? Real(1e-5) : Real(1e-2);
  GradientCheck check{.passed = true};
  for (std::size_t k = 0; k < at.size(); ++k) {
    for (Index i = 0; i < at[k].size(); ++i) {
      const auto value_at = [&](Real offset) {
        const WithoutGradients without_gradients;
        const std::vector<Variable> moved = parameters_at(at);
        moved[k].mutable_value().data()[i] += offset;
        return static_cast<double>(weighted_total(f(moved)).value().item());
      };
      const double numeric = (value_at(h) - value_at(-h)) / (2 * static_cast<double>(h));
      const double analytic = inputs[k].grad().defined() ? static_cast<double>(inputs[k].grad().data()[i]) : 0.0;
      const double difference = std::abs(analytic - numeric) / std::max(1.0, std::abs(numeric));
      if (!(difference <= check.worst_difference)) {
        check.worst_difference = difference;
        check.worst_place = fmt::format("input {}, value {}: analytic {}, numeric {}", k, i, analytic, numeric);
      }
      if (!(difference <= tolerance)) check.passed = false;
    }
  }
  return check;
}

}  // namespace cairn
