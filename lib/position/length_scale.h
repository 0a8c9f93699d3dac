#pragma once

#include "graph/graph.h"
#include "position/coordinates.h"

namespace cairn {

/// Median distance between the coordinates of adjacent nodes, over the arcs and groups where they differ: how far a
/// step leads. The K axes form `groups` groups of K / groups, side by side; a distance is Euclidean over the axes of a
/// group that both ends know. 0 where no two neighbors differ. Of more than 100,000 arcs, as many at equal gaps are
/// read. Throws UsageError unless the groups divide the axes, ShapeError where graph and coordinates do not fit.
double neighbor_distance(const Coordinates& coordinates, const Graph& graph, Index groups = 1);

/// The length scale that an encoding of these coordinates starts with: three neighbor distances, 1 where that is 0.
/// Ours: fine enough to tell a node from those a few steps away, wide enough for neighbors to be alike.
double default_length_scale(const Coordinates& coordinates, const Graph& graph, Index groups = 1);

}  // namespace cairn
