#include "position/axis_kernel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cairn {

namespace {

double shape_kernel(BasisShape shape, double u, double width) {
  const double r = std::abs(u) / width;
  switch (shape) {
    case BasisShape::square: {
      const double part = r - std::floor(r);
      return 1 - 4 * std::min(part, 1 - part);
    }
    case BasisShape::sine:
      return std::cos(2 * std::numbers::pi * r);
    case BasisShape::triangle:
      if (r >= 2) return 0;
      return r < 1 ? 1 - 1.5 * r * r + 0.75 * r * r * r : (2 - r) * (2 - r) * (2 - r) / 4;
    case BasisShape::gaussian:
    case BasisShape::impulse:
    case BasisShape::noise:
      break;
  }
  return 0;  // by its exponent or by cells, in the caller
}

}  // namespace

double AxisKernel::operator()(double x, double y) const {
  if (is_gaussian()) return std::exp(-gaussian_exponent(x, y));
  const double u = grid.difference(x, y);
  if (!frequencies.empty()) {
    double sum = 0;
    for (const double frequency : frequencies) sum += std::cos(2 * std::numbers::pi * frequency * u);
    return sum / static_cast<double>(frequencies.size());
  }
  if (shape == BasisShape::impulse || shape == BasisShape::noise) {
    const std::optional<Index> cell = grid.cell(x);
    return cell && cell == grid.cell(y) ? 1 : 0;
  }
  return shape_kernel(shape, u, width);
}

std::vector<AxisKernel> fit_kernels(BasisShape shape, const Coordinates& data, const EncodingOptions& options) {
  std::vector<AxisKernel> kernels;
  for (const AxisGrid& grid : fit_grids(data, options, natural_spacing(shape, options.width))) {
    kernels.push_back({shape, options.width, grid, {}});
  }
  return kernels;
}

}  // namespace cairn
