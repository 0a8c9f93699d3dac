#pragma once

#include <cstdint>

#include "autodiff/pass.h"
#include "autodiff/variable.h"
#include "tensor/sparse_matrix.h"

/// Operations on each value by itself. All extents may be 0 or 1; shapes that differ throw ShapeError naming the
/// operation. What is taken by value may be moved in: see Variable.
namespace cairn {

/// Elementwise, of one shape.
Variable add(Variable a, Variable b);
Variable subtract(Variable a, Variable b);
Variable multiply(Variable a, Variable b);
Variable divide(Variable a, Variable b);
/// factor * x.
Variable scale(Variable x, Real factor);
/// factor * x, factor a variable of one value.
Variable scale(Variable x, const Variable& factor);
/// x + summand.
Variable shift(Variable x, Real summand);

Variable relu(Variable x);  // its derivative at 0 is 0
Variable leaky_relu(Variable x, Real negative_slope);
Variable elu(Variable x);   // x above 0, exp(x) - 1 below
Variable gelu(Variable x);  // x Phi(x), exact: Hendrycks and Gimpel 2016
Variable sigmoid(Variable x);
Variable tanh(Variable x);
Variable exp(Variable x);
Variable log(Variable x);
Variable sqrt(Variable x);
Variable square(Variable x);
Variable abs(Variable x);  // its derivative at 0 is 0
Variable sin(Variable x);
Variable cos(Variable x);

/// In training, zeroes each value with probability `rate` and scales the others by 1 / (1 - rate); in evaluation x
/// itself. key: of the layer's draws. Throws UsageError unless 0 <= rate < 1.
Variable dropout(Variable x, Real rate, std::uint64_t key, const Pass& pass);
/// Dropout of the stored values.
SparseMatrix dropout(const SparseMatrix& x, Real rate, std::uint64_t key, const Pass& pass);

}  // namespace cairn
