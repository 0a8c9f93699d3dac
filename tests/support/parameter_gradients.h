#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "nn/module.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"

/// Gradients of whole modules against central differences.
namespace cairn::support {

/// Gives every trained parameter other values than those it starts with: zero biases would hide mistakes.
inline std::vector<NamedParameter> moved_parameters(const Module& module) {
  std::vector<NamedParameter> trained;
  for (const NamedParameter& parameter : parameters_of(module)) {
    if (parameter.kind == ParameterKind::buffer) continue;
    parameter.value.mutable_value() = off_zero(parameter.value.shape(), trained.size() + 10);
    trained.push_back(parameter);
  }
  return trained;
}

/// Compares gradients of a weighted sum of forward() with differences, at every value of every parameter.
template <class Forward>
void check_parameters(const std::vector<NamedParameter>& parameters, const Forward& forward) {
  const auto loss = [&] {
    const Variable y = forward();
    return sum(multiply(y, Variable::constant(off_zero(y.shape(), 99))));
  };
  backward(loss());
  // Small in float, because the ReLUs within layers have their kinks wherever the values put them; the seeds below
  // are such that no value stands within h of one.
  const Real h = sizeof(Real) == sizeof(double) ? Real(1e-5) : Real(3e-4);
  const WithoutGradients without_gradients;
  for (const NamedParameter& parameter : parameters) {
    INFO(parameter.name);
    REQUIRE(parameter.value.grad().shape() == parameter.value.shape());
    for (Index i = 0; i < parameter.value.value().size(); ++i) {
      Real& value = parameter.value.mutable_value().data()[i];
      const Real before = value;
      value = before + h;
      const auto above = static_cast<double>(loss().value().item());
      value = before - h;
      const auto below = static_cast<double>(loss().value().item());
      value = before;
      const double numeric = (above - below) / (2 * static_cast<double>(h));
      const auto analytic = static_cast<double>(parameter.value.grad().data()[i]);
      INFO("value " << i << ": analytic " << analytic << ", numeric " << numeric);
      CHECK(std::abs(analytic - numeric) <= gradient_tolerance * std::max(1.0, std::abs(numeric)));
    }
  }
}

}  // namespace cairn::support
