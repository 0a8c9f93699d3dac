#include "position/virtual_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

constexpr double too_small = 1e-12;
/// Places outside the grid by less than this share of its spacing are rounding.
constexpr double rounding = 1e-6;

/// A place of the grid, by its number, and how much of it a point takes.
struct Pick {
  Index place = 0;
  double weight = 0;
};

/// Places around x: one or two, of weights that sum to 1.
std::vector<Pick> picks_at(double x, const AxisKernel& kernel, Index node, Index axis) {
  const AxisGrid& grid = kernel.grid;
  double steps = (x - grid.low) / grid.spacing;
  const auto count = static_cast<double>(grid.count);
  if (grid.circular) {
    steps -= count * std::floor(steps / count);
  } else if (steps < -rounding || steps > count - 1 + rounding) {
    throw UsageError(fmt::format("virtual grid: node {} stands at {} on axis {}, outside {} to {}", node, x, axis,
                                 grid.low, grid.place(grid.count - 1)));
  }
  const double last = grid.circular ? count - 1 : std::max(0.0, count - 2);
  const double below = std::clamp(std::floor(steps), 0.0, last);
  const auto first = static_cast<Index>(below);
  if (grid.count == 1) return {{0, 1}};
  const Index second = (first + 1) % grid.count;

  const double g0 = grid.place(first);
  const double g1 = grid.place(first + 1);
  const double near0 = kernel(x, g0);
  const double near1 = kernel(x, g1);
  const double between = kernel(g0, g1);
  const double det = 1 - between * between;
  double a = det > too_small ? (near0 - near1 * between) / det : 0;
  double b = det > too_small ? (near1 - near0 * between) / det : 0;
  if (std::abs(a + b) <= too_small) {
    b = std::clamp(steps - below, 0.0, 1.0);
    a = 1 - b;
  }
  return {{first, a / (a + b)}, {second, b / (a + b)}};
}

/// All places around a node, by their number in the whole grid, ascending; none where a coordinate is unknown.
std::vector<Pick> picks_of(const Coordinates& coordinates, const std::vector<AxisKernel>& kernels, Index node) {
  std::vector<Pick> picks{{0, 1}};
  for (Index axis = 0; axis < coordinates.axis_count(); ++axis) {
    if (!coordinates.is_valid(node, axis)) return {};
    const AxisKernel& kernel = kernels[static_cast<std::size_t>(axis)];
    std::vector<Pick> longer;
    for (const Pick& on_axis : picks_at(static_cast<double>(coordinates.values.at(node, axis)), kernel, node, axis)) {
      for (const Pick& before : picks) {
        longer.push_back({before.place * kernel.grid.count + on_axis.place, before.weight * on_axis.weight});
      }
    }
    picks = std::move(longer);
  }
  std::sort(picks.begin(), picks.end(), [](const Pick& x, const Pick& y) { return x.place < y.place; });
  return picks;
}

Index point_count(const Coordinates& coordinates, const std::vector<AxisKernel>& kernels) {
  const auto axes = static_cast<Index>(kernels.size());
  if (axes < 1 || axes > 3 || coordinates.axis_count() != axes) {
    throw ShapeError(fmt::format("virtual grid: expected 1 to 3 kernels, one an axis, found {} for {} axes", axes,
                                 coordinates.axis_count()));
  }
  double count = 1;
  for (const AxisKernel& kernel : kernels) count *= static_cast<double>(kernel.grid.count);
  if (count > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError(fmt::format("virtual grid: {:.0f} points are more than 2^31 - 1", count));
  }
  return static_cast<Index>(count);
}

}  // namespace

SparseMatrix virtual_grid_weights(const Coordinates& coordinates, const std::vector<AxisKernel>& kernels) {
  check_coordinates(coordinates);
  const Index points = point_count(coordinates, kernels);
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<Real> weights;
  for (Index node = 0; node < coordinates.node_count(); ++node) {
    for (const Pick& pick : picks_of(coordinates, kernels, node)) {
      columns.push_back(static_cast<std::int32_t>(pick.place));
      weights.push_back(static_cast<Real>(pick.weight));
    }
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const Shape stored{static_cast<Index>(weights.size())};
  return {std::make_shared<SparsePattern>(coordinates.node_count(), points, std::move(offsets), std::move(columns)),
          Tensor(stored, weights)};
}

}  // namespace cairn
