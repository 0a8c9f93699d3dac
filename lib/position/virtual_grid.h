/// @file
/// Scattered points as mixtures of the points of a grid, so that a readout on a grid serves them.
#pragma once

#include <vector>

#include "position/axis_kernel.h"
#include "position/coordinates.h"
#include "tensor/sparse_matrix.h"

namespace cairn {

/// Weights with which points take their values from the grid that the kernels' grids span, [N, n_1 n_2 ..], the last
/// axis running fastest, as in ProductGridReadout::apply. On each axis a place x between the grid's g0 and g1 gets
///   a = (k(x,g0) k(g1,g1) - k(x,g1) k(g0,g1)) / det,  b = (k(x,g1) k(g0,g0) - k(x,g0) k(g0,g1)) / det
/// with det = k(g0,g0) k(g1,g1) - k(g0,g1)^2, divided by a + b; weights of axes multiply. Where det or a + b is below
/// 1e-12 (places too close for the kernel, or too far) the weights are linear in x. A node with an unknown coordinate
/// has no weights: its values are zeros. At most 2^K weights a node.
/// kernels: one for each of one to three axes.
/// @throws ShapeError for another number of axes, and as check_coordinates; UsageError, naming the node, for a place
/// outside the grid, and for grids of more than 2^31 - 1 points
/// Source: Zheng, Ramasinghe and Lucey, ECCV 2022.
[[nodiscard]] SparseMatrix virtual_grid_weights(const Coordinates& coordinates, const std::vector<AxisKernel>& kernels);

}  // namespace cairn
