#include "position/length_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"

namespace cairn {

namespace {

constexpr EdgeId arcs_read = 100'000;
constexpr double steps_of_a_scale = 3;

/// Over the axes begin .. end - 1 that both nodes know.
double distance(const Coordinates& coordinates, Index u, Index v, Index begin, Index end) {
  double squares = 0;
  for (Index axis = begin; axis < end; ++axis) {
    if (!coordinates.is_valid(u, axis) || !coordinates.is_valid(v, axis)) continue;
    const double gap =
        static_cast<double>(coordinates.values.at(u, axis)) - static_cast<double>(coordinates.values.at(v, axis));
    squares += gap * gap;
  }
  return std::sqrt(squares);
}

}  // namespace

double neighbor_distance(const Coordinates& coordinates, const Graph& graph, Index groups) {
  check_coordinates(coordinates);
  if (graph.node_count() != coordinates.node_count()) {
    throw ShapeError(fmt::format("length scale: coordinates of {} nodes do not fit a graph of {}",
                                 coordinates.node_count(), graph.node_count()));
  }
  if (groups < 1 || coordinates.axis_count() % groups != 0) {
    throw UsageError(
        fmt::format("length scale: expected groups that divide {} axes, found {}", coordinates.axis_count(), groups));
  }
  const Index axes = coordinates.axis_count() / groups;
  const EdgeId gap = std::max<EdgeId>(1, (graph.arc_count() + arcs_read - 1) / arcs_read);
  std::vector<double> distances;
  Index u = 0;
  for (EdgeId arc = 0; arc < graph.arc_count(); arc += gap) {
    while (graph.offsets()[static_cast<std::size_t>(u) + 1] <= arc) ++u;
    const Index v = graph.targets()[static_cast<std::size_t>(arc)];
    for (Index group = 0; group < groups; ++group) {
      const double found = distance(coordinates, u, v, group * axes, (group + 1) * axes);
      if (found > 0) distances.push_back(found);
    }
  }
  if (distances.empty()) return 0;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

double default_length_scale(const Coordinates& coordinates, const Graph& graph, Index groups) {
  const double step = neighbor_distance(coordinates, graph, groups);
  return step > 0 ? steps_of_a_scale * step : 1;
}

}  // namespace cairn
