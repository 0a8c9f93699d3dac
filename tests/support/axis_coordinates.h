#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "position/coordinates.h"

namespace cairn::support {

/// Coordinates from the values on each axis, all known.
inline Coordinates on_axes(const std::vector<std::vector<double>>& axes) {
  const auto nodes = static_cast<Index>(axes.front().size());
  Coordinates coordinates{Tensor({nodes, static_cast<Index>(axes.size())}), {}, {}};
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for (Index node = 0; node < nodes; ++node) {
      coordinates.values.at(node, static_cast<Index>(axis)) =
          static_cast<Real>(axes[axis][static_cast<std::size_t>(node)]);
    }
  }
  return coordinates;
}

/// The same, with the (node, axis) pairs of `unknown` unknown.
inline Coordinates with_unknown(Coordinates coordinates, const std::vector<std::pair<Index, Index>>& unknown) {
  coordinates.values = coordinates.values.clone();
  coordinates.valid.assign(static_cast<std::size_t>(coordinates.values.size()), 1);
  for (const auto& [node, axis] : unknown) {
    coordinates.values.at(node, axis) = 0;
    coordinates.valid[static_cast<std::size_t>(node * coordinates.axis_count() + axis)] = 0;
  }
  return coordinates;
}

/// 0, 1, ..., count - 1 on one axis: the hops along a path from its end.
inline std::vector<double> whole_numbers(Index count) {
  std::vector<double> values;
  for (Index i = 0; i < count; ++i) values.push_back(static_cast<double>(i));
  return values;
}

}  // namespace cairn::support
