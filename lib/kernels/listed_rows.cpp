#include "kernels/listed_rows.h"

#include "core/parallel.h"

namespace cairn::kernels {

void add_listed_rows(std::span<const std::int32_t> listed, const Tensor& x, Tensor& sum) {
  constexpr Index rows_per_chunk = 2048;
  const auto count = static_cast<Index>(listed.size());
  const Index depth = x.columns();
  Tensor partial(Shape{(count + rows_per_chunk - 1) / rows_per_chunk, depth});
  parallel_blocks(count, rows_per_chunk, [&](Index begin, Index end) {
    Real* const to = partial.row(begin / rows_per_chunk).data();
    for (Index i = begin; i < end; ++i) {
      const Real* const from = x.row(listed[static_cast<std::size_t>(i)]).data();
      for (Index d = 0; d < depth; ++d) to[d] += from[d];
    }
  });
  for (Index chunk = 0; chunk < partial.rows(); ++chunk) {
    for (Index d = 0; d < depth; ++d) sum.data()[d] += partial.at(chunk, d);
  }
}

}  // namespace cairn::kernels
