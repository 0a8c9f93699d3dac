#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "position/path_items.h"

namespace cairn {

/// The level of every pair of a node and a slot, from which the lists of items follow.
struct PathLevels {
  static constexpr std::uint16_t unreached = HopDistances::unreached;

  Index node_count = 0;
  Index slot_count = 0;
  SharedArray<std::uint16_t> levels;  // [N, K], unreached where no path leads
  std::vector<double> lengths;        // [N, K], where weighted

  const std::uint16_t* row(Index node) const { return levels.values().data() + node * slot_count; }
  const double* length_row(Index node) const { return lengths.data() + node * slot_count; }
};

/// The graphs that paths follow and pull over, by direction.
struct PathGraphs {
  Graph out;  // row u: where a path goes on from u
  Graph in;   // row u: where it may come from

  PathGraphs(const Graph& graph, PathDirection direction);
};

/// Levels by arcs, or where weighted the longest depth in arcs of the DAG of shortest paths by weights.
/// Throws as shortest_path_items.
PathLevels path_levels(const PathGraphs& graphs, const AnchorSet& anchors, const PathOptions& options);

/// Whether a path of length `before` may go on over an arc of weight `weight` to a node at length `after`: lengths are
/// sums in different orders, so that equal ones differ by rounding.
inline bool is_shortest(double before, double weight, double after) {
  const double excess = before + weight - after;
  return excess <= 1e-9 * after && -excess <= 1e-9 * after;
}

}  // namespace cairn
