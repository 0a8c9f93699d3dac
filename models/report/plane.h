#pragma once

#include <array>
#include <vector>

#include "tensor/tensor.h"

namespace cairn {

/// The rows of x [N, D] on their two principal axes, the mean at (0, 0): [N] points. D = 1: the second coordinate is 0.
/// An axis points to where the first of its largest components is positive; where two axes bear the same variance they
/// are any two of their plane, the same ones for the same x. A row with a value that is not finite becomes (NaN, NaN)
/// and moves no other. The same bits for any number of threads.
/// Throws ShapeError unless x has two extents and at least one column.
/// Source: Pearson 1901; subspace iteration with Rayleigh-Ritz steps after Saad, Numerical Methods for Large Eigenvalue
/// Problems (2011), chapter 5, on the covariance in double.
std::vector<std::array<double, 2>> principal_plane(const Tensor& x);

}  // namespace cairn
