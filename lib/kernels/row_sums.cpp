#include "kernels/row_sums.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

/// Weights of the picks first .. last - 1, one after another: a copy where they lie elsewhere.
const Real* contiguous_weights(const RowPicks& picks, std::int64_t first, std::int64_t last, std::vector<Real>& copy) {
  const Index heads = picks.heads;
  if (picks.weights != nullptr && picks.positions == nullptr && picks.wide_positions == nullptr) {
    return picks.weights + first * heads;
  }
  copy.assign(static_cast<std::size_t>((last - first) * heads), 1);
  if (picks.weights == nullptr) return copy.data();
  Real* to = copy.data();
  for (std::int64_t k = first; k < last; ++k) {
    const std::int64_t position = picks.positions != nullptr ? picks.positions[k] : picks.wide_positions[k];
    const Real* const from = picks.weights + position * heads;
    for (Index h = 0; h < heads; ++h) *to++ = from[h];
  }
  return copy.data();
}

}  // namespace

void row_sums(const RowPicks& picks, const Real* x, Index width, Real* y, Store store) {
  const Index rows = static_cast<Index>(picks.offsets.size()) - 1;
  if (rows <= 0 || width == 0) return;
  const auto& kernels = vector_kernels();
  const Index picks_per_row = static_cast<Index>(picks.ids.size()) / rows + 1;
  constexpr Index products_per_block = 1 << 16;  // some 10 microseconds
  parallel_blocks(rows, block_rows(width * picks_per_row, products_per_block), [&](Index begin, Index end) {
    thread_local std::vector<Real> copy;
    const Real* const weights = contiguous_weights(picks, picks.offsets[static_cast<std::size_t>(begin)],
                                                   picks.offsets[static_cast<std::size_t>(end)], copy);
    kernels.row_sums(picks, weights, x, width, y, store, begin, end);
  });
}

}  // namespace cairn::kernels
