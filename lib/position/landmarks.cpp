#include "position/landmarks.h"

#include <algorithm>
#include <limits>

#include "core/parallel.h"

namespace cairn {

namespace {

constexpr Index nodes_per_block = 1024;

double squared_distance(const Coordinates& coordinates, const std::vector<AxisGrid>& grids, Index a, Index b) {
  double sum = 0;
  for (Index axis = 0; axis < coordinates.axis_count(); ++axis) {
    const AxisGrid& grid = grids[static_cast<std::size_t>(axis)];
    const bool known = coordinates.is_valid(a, axis);
    if (known != coordinates.is_valid(b, axis)) {
      sum += grid.length() * grid.length();
    } else if (known) {
      const double difference = grid.difference(static_cast<double>(coordinates.values.at(a, axis)),
                                                static_cast<double>(coordinates.values.at(b, axis)));
      sum += difference * difference;
    }
  }
  return sum;
}

/// Nodes that know some coordinate.
std::vector<Index> placed_nodes(const Coordinates& coordinates) {
  std::vector<Index> placed;
  for (Index node = 0; node < coordinates.node_count(); ++node) {
    bool any = false;
    for (Index axis = 0; axis < coordinates.axis_count() && !any; ++axis) any = coordinates.is_valid(node, axis);
    if (any) placed.push_back(node);
  }
  return placed;
}

}  // namespace

std::vector<Index> farthest_first(const Coordinates& coordinates, const std::vector<AxisGrid>& grids, Index count,
                                  Rng& rng) {
  const std::vector<Index> placed = placed_nodes(coordinates);
  std::vector<Index> chosen;
  if (placed.empty() || count < 1) return chosen;
  std::vector<double> nearest(placed.size(), std::numeric_limits<double>::infinity());
  Index next = placed[static_cast<std::size_t>(rng.below(static_cast<Index>(placed.size())))];
  while (true) {
    chosen.push_back(next);
    if (static_cast<Index>(chosen.size()) == count) return chosen;
    parallel_blocks(static_cast<Index>(placed.size()), nodes_per_block, [&](Index begin, Index end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        nearest[i] = std::min(nearest[i], squared_distance(coordinates, grids, placed[i], next));
      }
    });
    const auto farthest = std::max_element(nearest.begin(), nearest.end());
    if (*farthest <= 0) return chosen;
    next = placed[static_cast<std::size_t>(farthest - nearest.begin())];
  }
}

}  // namespace cairn
