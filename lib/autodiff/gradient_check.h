#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "autodiff/variable.h"

namespace cairn {

struct GradientCheck {
  bool passed = false;
  double worst_difference = 0;   // |analytic - numeric| / max(1, |numeric|)
  std::string worst_place = {};  // "input 1, value 5: analytic ..., numeric ..."
};

/// Compares backward() with central differences of f at `at`, for every value of every input. A result of several
/// values is weighted with fixed pseudo-random weights first, so that no error can cancel in a plain sum. Meaningful to
/// about 1e-7 in double, 1e-2 in float.
GradientCheck check_gradients(const std::function<Variable(std::span<const Variable>)>& f,
                              const std::vector<Tensor>& at, double tolerance);

}  // namespace cairn
