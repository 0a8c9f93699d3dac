/// @file
/// How alike two places on one axis are to an encoding, in closed form.
#pragma once

#include <vector>

#include "position/axis_basis.h"

namespace cairn {

/// The product of two rows of a basis of many shifts, as a function of the difference u of two places, 1 at u = 0:
///   impulse, noise   1 in the same cell, else 0 (of noise, what it nears with more shifts);
///   square           the triangle wave 1 - 4 |u / width| for |u| up to half a period of `width`;
///   sine             cos(2 pi u / width);
///   gaussian         exp(-u^2 / (4 width^2)), which is also that of random frequencies;
///   triangle         the cubic spline 1 - 3/2 r^2 + 3/4 r^3 for r = |u| / width < 1, (2 - r)^3 / 4 for r < 2, else 0;
///   frequencies      where there are any, in place of a shape: the mean of cos(2 pi b u).
struct AxisKernel {
  BasisShape shape = BasisShape::gaussian;  ///< of which basis
  double width = 1;                         ///< above 0, in units of the coordinates
  AxisGrid grid;                            ///< its cells, and whether u goes the shorter way round
  std::vector<double> frequencies;          ///< turns a unit of the coordinates

  /// The kernel of x and y.
  [[nodiscard]] double operator()(double x, double y) const;

  /// Whether the kernel is exp(-gaussian_exponent): a product over axes then takes one exponential.
  [[nodiscard]] bool is_gaussian() const { return shape == BasisShape::gaussian && frequencies.empty(); }
  /// u^2 / (4 width^2).
  [[nodiscard]] double gaussian_exponent(double x, double y) const {
    const double r = grid.difference(x, y) / width;
    return r * r / 4;
  }
};

/// The kernel of a shape on each axis of `data`, [K].
/// @throws UsageError as fit_grids
[[nodiscard]] std::vector<AxisKernel> fit_kernels(BasisShape shape, const Coordinates& data,
                                                  const EncodingOptions& options);

}  // namespace cairn
