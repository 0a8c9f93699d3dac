/// @file
/// One function and its shifts along one axis: the value of psi(x - t_j) at the places t_j of a grid.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "position/axis_grid.h"

namespace cairn {

/// The functions psi that are shifted. Widths are in units of the coordinates.
///   impulse    1 in the cell of x, else 0: one-hot. Cells are as wide as the grid's spacing;
///   square     1 in the first half of a period of `width`, -1 in the second;
///   sine       sin(2 pi x / width);
///   gaussian   exp(-x^2 / (2 width^2)); 0 beyond 9 widths, where it is below 3e-18;
///   triangle   max(0, 1 - |x| / width);
///   noise      one vector of standard normal noise, rolled by the cell of x.
enum class BasisShape : std::uint8_t { impulse, square, sine, gaussian, triangle, noise };

/// psi at the places of a grid.
struct AxisBasis {
  BasisShape shape = BasisShape::gaussian;  ///< which psi
  double width = 1;                         ///< above 0; not read by impulse and noise
  AxisGrid grid;                            ///< the shifts t_j
  std::vector<double> noise;                ///< noise: [grid.count]

  /// Writes psi(x - t_j) to row[j]; row: [grid.count], of zeros. Outside all cells, impulse and noise leave zeros.
  void write(double x, std::span<double> row) const;
};

/// How far apart shifts stand so that all positions in between are told apart: the width for impulse, noise and
/// gaussian (whose kernel then ripples by 1e-4), half of it for triangle, a quarter for square and sine.
[[nodiscard]] double natural_spacing(BasisShape shape, double width);

}  // namespace cairn
