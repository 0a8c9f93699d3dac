#include "kernels/segments.h"

#include <fmt/format.h>

#include "kernels/each_row.h"

namespace cairn::kernels {

namespace {

void check(const Tensor& x, std::span<const std::int32_t> group_of_row) {
  if (static_cast<Index>(group_of_row.size()) != x.rows()) {
    throw ShapeError(fmt::format("segment_mean: {} rows, {} groups of rows", x.rows(), group_of_row.size()));
  }
}

}  // namespace

Tensor segment_shares(std::span<const std::int32_t> group_of_row, Index group_count) {
  Tensor share(Shape{group_count});
  for (const std::int32_t group : group_of_row) {
    if (group < 0 || group >= group_count)
      throw ShapeError(fmt::format("segment_mean: group {} of {}", group, group_count));
    share.data()[group] += 1;
  }
  for (Real& s : share.values()) s = s > 0 ? 1 / s : Real(0);
  return share;
}

Tensor segment_sums(const Tensor& x, std::span<const std::int32_t> group_of_row, const Tensor& share) {
  check(x, group_of_row);
  const Index width = x.columns();
  Tensor y(Shape{share.size(), width});
  for (Index i = 0; i < x.rows(); ++i) {
    const std::int32_t group = group_of_row[static_cast<std::size_t>(i)];
    const Real factor = share.data()[group];
    for (Index j = 0; j < width; ++j) y.data()[group * width + j] += factor * x.data()[i * width + j];
  }
  return y;
}

void add_segments_back(const Tensor& y, std::span<const std::int32_t> group_of_row, const Tensor& share, Tensor& x) {
  check(x, group_of_row);
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    const std::int32_t group = group_of_row[static_cast<std::size_t>(i)];
    const Real factor = share.data()[group];
    for (Index j = 0; j < width; ++j) x.data()[i * width + j] += factor * y.data()[group * width + j];
  });
}

}  // namespace cairn::kernels
