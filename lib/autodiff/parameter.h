#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "autodiff/variable.h"

namespace cairn {

/// How an optimizer treats a parameter.
enum class ParameterKind : std::uint8_t {
  weight,  // trained, weight decay applies
  bias,    // trained without decay (biases, gains)
  buffer   // a running statistic: kept with the model, never trained
};

/// What layers hand to optimizers, which know no layers.
struct NamedParameter {
  std::string name;  // "layers.0.weight"
  Variable value;
  ParameterKind kind = ParameterKind::weight;
  Real rate_scale = 1;  // of the learning rate
};

/// Forgets the gradients, as between two steps.
inline void clear_gradients(std::span<const NamedParameter> parameters) {
  for (const NamedParameter& parameter : parameters) parameter.value.clear_gradient();
}

}  // namespace cairn
