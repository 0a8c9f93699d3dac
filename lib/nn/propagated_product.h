#pragma once

#include "kernels/propagation.h"
#include "nn/input.h"

namespace cairn {

/// P x weight, with arcs moving x or x weight, whichever takes less: [S, F] x [F, D] -> [T, D]. bias: D values that are
/// added to every row; undefined: none. Or relu() of it.
Variable propagated_product(const Propagation& propagation, const Input& x, const Variable& weight,
                            const Variable& bias = {}, Rectified rectified = Rectified::no);

}  // namespace cairn
