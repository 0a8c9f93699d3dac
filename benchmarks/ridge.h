/// @file
/// A linear readout in closed form, so that experiments compare encodings and not optimizers.
#pragma once

#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace cairn::benchmarks {

/// Values of a linear readout with a bias at all rows, [N, T] row by row, after it was fitted to the rows of `train`:
/// w and b minimize |Z w + b - y|^2 + strength (|w|^2 + b^2) there. rows: [N, D]; targets: [N, T], of which those of
/// `train` alone are read. In double, by the smaller of the two normal equations.
/// @throws ShapeError for sizes that do not fit, NumericError where the equations cannot be solved
[[nodiscard]] std::vector<double> ridge_values(const Tensor& rows, std::span<const double> targets, Index target_count,
                                               std::span<const Index> train, double strength);

/// The same, without a bias, for the product of two axes at the points of a grid (ProductGridReadout): weights [D, D']
/// that minimize |Psi W Psi'^T - Y|^2 + strength |W|^2. psi: [n, D], psi_other: [n', D'], values: [n, n'].
/// By the singular values of the factors; nothing of size n n' x D D' is formed.
/// @throws ShapeError, NumericError as above
[[nodiscard]] Tensor product_grid_ridge(const Tensor& psi, const Tensor& psi_other, std::span<const double> values,
                                        double strength);

/// Mean squared difference of values and targets over the rows of `part`, and over all T columns; [N, T] both.
[[nodiscard]] double mean_square(std::span<const double> values, std::span<const double> targets, Index target_count,
                                 std::span<const Index> part);
/// Signal to noise in dB of a mean squared error, for signals in [0, 1].
[[nodiscard]] double psnr(double mean_squared_error);

}  // namespace cairn::benchmarks
