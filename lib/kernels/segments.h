#pragma once

#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// 1 / rows of each group, 0 for a group without rows: [group_count].
/// Throws ShapeError for a group outside 0 .. group_count - 1.
Tensor segment_shares(std::span<const std::int32_t> group_of_row, Index group_count);
/// y[g, :] = share[g] * sum of x[i, :] over the rows i of group g. x: [N, D], group_of_row: [N], share: [G]. Returns
/// [G, D]. On one thread: the rows of a group add up in their order.
Tensor segment_sums(const Tensor& x, std::span<const std::int32_t> group_of_row, const Tensor& share);
/// x[i, :] += share[g] * y[g, :] with g the group of row i.
void add_segments_back(const Tensor& y, std::span<const std::int32_t> group_of_row, const Tensor& share, Tensor& x);

}  // namespace cairn::kernels
