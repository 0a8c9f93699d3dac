#include "position/axis_basis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace cairn {

namespace {

constexpr double gaussian_reach = 9;  // widths

double psi(BasisShape shape, double x, double width) {
  switch (shape) {
    case BasisShape::square: {
      const double periods = x / width;
      return periods - std::floor(periods) < 0.5 ? 1 : -1;
    }
    case BasisShape::sine:
      return std::sin(2 * std::numbers::pi * x / width);
    case BasisShape::gaussian:
      return std::exp(-x * x / (2 * width * width));
    case BasisShape::triangle:
      return std::max(0.0, 1 - std::abs(x) / width);
    case BasisShape::impulse:
    case BasisShape::noise:
      break;
  }
  return 0;  // by cells, in write()
}

/// How far from its middle a shape is not 0.
double support(BasisShape shape, double width) {
  if (shape == BasisShape::gaussian) return gaussian_reach * width;
  return shape == BasisShape::triangle ? width : std::numeric_limits<double>::infinity();
}

/// Places lo .. hi - 1 within `reach` of x, on an axis that does not close.
struct Window {
  Index begin = 0;
  Index end = 0;
};

Window window(const AxisGrid& grid, double x, double reach) {
  const auto count = static_cast<double>(grid.count);
  const double middle = (x - grid.low) / grid.spacing;
  const double steps = reach / grid.spacing;
  return {static_cast<Index>(std::clamp(std::ceil(middle - steps), 0.0, count)),
          static_cast<Index>(std::clamp(std::floor(middle + steps) + 1, 0.0, count))};
}

}  // namespace

void AxisBasis::write(double x, std::span<double> row) const {
  if (shape == BasisShape::impulse || shape == BasisShape::noise) {
    const std::optional<Index> cell = grid.cell(x);
    if (!cell) return;
    if (shape == BasisShape::impulse) {
      row[static_cast<std::size_t>(*cell)] = 1;
      return;
    }
    for (Index j = 0; j < grid.count; ++j) {
      row[static_cast<std::size_t>(j)] = noise[static_cast<std::size_t>((*cell - j + grid.count) % grid.count)];
    }
    return;
  }
  const Window near = grid.circular ? Window{0, grid.count} : window(grid, x, support(shape, width));
  for (Index j = near.begin; j < near.end; ++j) {
    row[static_cast<std::size_t>(j)] = psi(shape, grid.difference(x, grid.place(j)), width);
  }
}

double natural_spacing(BasisShape shape, double width) {
  switch (shape) {
    case BasisShape::triangle:
      return width / 2;
    case BasisShape::square:
    case BasisShape::sine:
      return width / 4;
    case BasisShape::impulse:
    case BasisShape::gaussian:
    case BasisShape::noise:
      break;
  }
  return width;
}

}  // namespace cairn
