/// @file
/// Positions that stand for all others.
#pragma once

#include <vector>

#include "core/rng.h"
#include "position/axis_grid.h"
#include "position/coordinates.h"

namespace cairn {

/// At most `count` nodes of different positions, far apart: a random one, then again and again the node whose nearest
/// chosen one is farthest, ties to the lower id. Two positions are sqrt(sum over axes of the squared difference) apart;
/// an axis that only one of the two knows counts as the whole length of its grid. Nodes that know no coordinate are
/// left out. Fewer than `count` where there are fewer different positions; none where no node knows a coordinate.
/// grids: [K], for lengths and for axes that close. O(N K count); the same for any number of threads.
/// Source: Gonzalez, Theoretical Computer Science 38, 1985.
[[nodiscard]] std::vector<Index> farthest_first(const Coordinates& coordinates, const std::vector<AxisGrid>& grids,
                                                Index count, Rng& rng);

}  // namespace cairn
