#include "position/coordinates.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"

namespace cairn {

void check_coordinates(const Coordinates& coordinates) {
  if (!coordinates.values.defined() || coordinates.values.rank() != 2) {
    throw ShapeError("coordinates: expected values of shape [nodes, axes]");
  }
  const Index nodes = coordinates.node_count();
  const Index axes = coordinates.axis_count();
  if (!coordinates.valid.empty() && static_cast<Index>(coordinates.valid.size()) != nodes * axes) {
    throw ShapeError(fmt::format("coordinates: expected {} x {} marks of validity, found {}", nodes, axes,
                                 coordinates.valid.size()));
  }
  if (!coordinates.graph_of_node.empty() && static_cast<Index>(coordinates.graph_of_node.size()) != nodes) {
    throw ShapeError(fmt::format("coordinates: expected a graph for each of {} nodes, found {}", nodes,
                                 coordinates.graph_of_node.size()));
  }
  for (const std::int32_t graph : coordinates.graph_of_node) {
    if (graph < 0) throw ShapeError(fmt::format("coordinates: expected graphs from 0 on, found {}", graph));
  }
  for (Index u = 0; u < nodes; ++u) {
    for (Index k = 0; k < axes; ++k) {
      if (!coordinates.is_valid(u, k) || std::isfinite(coordinates.values.at(u, k))) continue;
      throw NumericError(fmt::format("coordinates: expected a finite value for node {} on axis {}, found {}", u, k,
                                     coordinates.values.at(u, k)));
    }
  }
}

}  // namespace cairn
