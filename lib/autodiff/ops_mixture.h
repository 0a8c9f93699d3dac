#pragma once

#include <span>

#include "autodiff/variable.h"

namespace cairn {

/// sum over m of weights[m] * parts[m]: parts of one shape, weights of one value a part (in any shape). An undefined
/// part is left out, its weight receives no gradient, and the other weights stay as they are. Throws ShapeError where
/// shapes do not fit or no part is defined.
Variable mix(std::span<const Variable> parts, const Variable& weights);

}  // namespace cairn
