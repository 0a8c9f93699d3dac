#pragma once

#include <cstdint>

#include "autodiff/pass.h"
#include "autodiff/variable.h"
#include "tensor/sparse_matrix.h"

/// Operations on each value by itself. All extents may be 0 or 1; shapes that differ throw ShapeError naming the
/// operation.
namespace cairn {

/// Elementwise, of one shape.
Variable add(const Variable& a, const Variable& b);
Variable subtract(const Variable& a, const Variable& b);
Variable multiply(const Variable& a, const Variable& b);
Variable divide(const Variable& a, const Variable& b);
/// factor * x.
Variable scale(const Variable& x, Real factor);
/// factor * x, factor a variable of one value.
Variable scale(const Variable& x, const Variable& factor);
/// x + summand.
Variable shift(const Variable& x, Real summand);

Variable relu(const Variable& x);  // its derivative at 0 is 0
Variable leaky_relu(const Variable& x, Real negative_slope);
Variable elu(const Variable& x);   // x above 0, exp(x) - 1 below
Variable gelu(const Variable& x);  // x Phi(x), exact: Hendrycks and Gimpel 2016
Variable sigmoid(const Variable& x);
Variable tanh(const Variable& x);
Variable exp(const Variable& x);
Variable log(const Variable& x);
Variable sqrt(const Variable& x);
Variable square(const Variable& x);
Variable abs(const Variable& x);  // its derivative at 0 is 0
Variable sin(const Variable& x);
Variable cos(const Variable& x);

/// In training, zeroes each value with probability `rate` and scales the others by 1 / (1 - rate); in evaluation x
/// itself. key: of the layer's draws. Throws UsageError unless 0 <= rate < 1.
Variable dropout(const Variable& x, Real rate, std::uint64_t key, const Pass& pass);
/// Dropout of the stored values.
SparseMatrix dropout(const SparseMatrix& x, Real rate, std::uint64_t key, const Pass& pass);

}  // namespace cairn
