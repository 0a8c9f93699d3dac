#include "kernels/row_sums.h"

#include "core/parallel.h"

namespace cairn::kernels {

void row_sums(const RowPicks& picks, const Real* x, Index width, Real* y, Store store) {
  const Index rows = static_cast<Index>(picks.offsets.size()) - 1;
  if (rows <= 0 || width == 0) return;
  const Index mean_picks = static_cast<Index>(picks.ids.size()) / rows + 1;
  parallel_blocks(rows, block_rows(width * mean_picks), [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) {
      Real* const sum = y + row * width;
      if (store == Store::write) {
        for (Index j = 0; j < width; ++j) sum[j] = 0;
      }
      for (auto k = picks.offsets[static_cast<std::size_t>(row)]; k < picks.offsets[static_cast<std::size_t>(row) + 1];
           ++k) {
        const Real* const from = x + picks.ids[static_cast<std::size_t>(k)] * width;
        const Real weight =
            picks.weights == nullptr ? Real(1) : picks.weights[picks.positions == nullptr ? k : picks.positions[k]];
        for (Index j = 0; j < width; ++j) sum[j] += weight * from[j];
      }
    }
  });
}

}  // namespace cairn::kernels
