#include "position/anchor_coordinates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 3> scale_names{"raw", "inverse", "unit"};
constexpr double unreached = std::numeric_limits<double>::infinity();

/// [N, K], infinity where no path leads.
PathLengths distances_of(const Graph& graph, const AnchorSet& anchors, const AnchorCoordinateOptions& options) {
  if (options.weighted) {
    if (options.max_hops != 0) throw UsageError("anchor coordinates: max_hops has no meaning over weighted paths");
    return path_lengths(graph, anchors, options.direction);
  }
  const HopDistances hops = hop_distances(graph, anchors, options.direction, options.max_hops);
  PathLengths result{.node_count = hops.node_count, .anchor_count = hops.anchor_count, .lengths = {}};
  const std::span<const std::uint16_t> counts = hops.hops.values();
  result.lengths.resize(counts.size());
  std::transform(counts.begin(), counts.end(), result.lengths.begin(), [](std::uint16_t count) {
    return count == HopDistances::unreached ? unreached : static_cast<double>(count);
  });
  return result;
}

/// Largest finite distance of each graph, 0 where there is none.
std::vector<double> largest_distances(const PathLengths& distances, std::span<const std::int32_t> graph_of_node) {
  const auto graph_at = [&](Index u) {
    return graph_of_node.empty() ? std::size_t{0}
                                 : static_cast<std::size_t>(graph_of_node[static_cast<std::size_t>(u)]);
  };
  std::vector<double> largest(1, 0.0);
  for (Index u = 0; u < distances.node_count; ++u) {
    if (graph_at(u) >= largest.size()) largest.resize(graph_at(u) + 1, 0.0);
    double& known = largest[graph_at(u)];
    for (Index k = 0; k < distances.anchor_count; ++k) {
      if (distances.at(u, k) != unreached) known = std::max(known, distances.at(u, k));
    }
  }
  return largest;
}

double scaled(double distance, DistanceScale scale, double largest) {
  switch (scale) {
    case DistanceScale::raw:
      return distance;
    case DistanceScale::inverse:
      return 1 / (1 + distance);
    case DistanceScale::unit:
      return largest > 0 ? distance / largest : 0.0;
  }
  throw UsageError("anchor coordinates: a scale outside its enumeration");
}

}  // namespace

DistanceScale distance_scale(std::string_view name) {
  const auto* const found = std::find(scale_names.begin(), scale_names.end(), name);
  if (found == scale_names.end()) throw_unknown_name("scale of distances", name, scale_names);
  return static_cast<DistanceScale>(found - scale_names.begin());
}

std::span<const std::string_view> distance_scales() { return scale_names; }

Coordinates anchor_coordinates(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                               const AnchorSet& anchors, const AnchorCoordinateOptions& options) {
  const PathLengths distances = distances_of(graph, anchors, options);
  const Index axes = distances.anchor_count;
  Coordinates coordinates;
  coordinates.values = Tensor(Shape{distances.node_count, axes});
  coordinates.graph_of_node.assign(graph_of_node.begin(), graph_of_node.end());
  check_coordinates(coordinates);
  const std::vector<double> largest = largest_distances(distances, graph_of_node);
  std::vector<std::uint8_t> valid(distances.lengths.size(), 1);
  parallel_blocks(distances.node_count, block_rows(axes), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      const std::size_t own =
          graph_of_node.empty() ? 0 : static_cast<std::size_t>(graph_of_node[static_cast<std::size_t>(u)]);
      for (Index k = 0; k < axes; ++k) {
        if (distances.at(u, k) == unreached) {
          valid[static_cast<std::size_t>(u * axes + k)] = 0;
        } else {
          coordinates.values.at(u, k) = static_cast<Real>(scaled(distances.at(u, k), options.scale, largest[own]));
        }
      }
    }
  });
  if (std::find(valid.begin(), valid.end(), 0) != valid.end()) coordinates.valid = std::move(valid);
  return coordinates;
}

}  // namespace cairn
