#include "kernels/row_sums.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "kernels/row_strips.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

/// to[k, :] = from[positions[k], :]. [.., heads]. Heads: the number of heads where it is known when compiling, else 0.
template <Index Heads, class Position>
void gather(const Real* from, const Position* positions, std::int64_t count, Index heads, Real* to) {
  const Index size = Heads > 0 ? Heads : heads;
  for (std::int64_t k = 0; k < count; ++k) {
    for (Index h = 0; h < size; ++h) to[k * size + h] = from[positions[k] * size + h];
  }
}

template <class Position>
void gather(const Real* from, const Position* positions, std::int64_t count, Index heads, Real* to) {
  if (heads == 1) return gather<1>(from, positions, count, heads, to);
  if (heads == 8) return gather<8>(from, positions, count, heads, to);
  gather<0>(from, positions, count, heads, to);
}

/// At least so many ones: filled once, as sums of few rows that ask for them come by the thousand.
const Real* ones(std::size_t count) {
  thread_local std::vector<Real> values;
  if (values.size() < count) values.resize(count, Real(1));
  return values.data();
}

/// Weights of the picks first .. last - 1, one after another: a copy where they lie elsewhere.
const Real* contiguous_weights(const RowPicks& picks, std::int64_t first, std::int64_t last) {
  const Index heads = picks.heads;
  const auto count = static_cast<std::size_t>((last - first) * heads);
  if (picks.weights == nullptr) return ones(count);
  if (picks.positions == nullptr && picks.wide_positions == nullptr) return picks.weights + first * heads;
  thread_local std::vector<Real> copy;
  if (copy.size() < count) copy.resize(count);
  if (picks.positions != nullptr) {
    gather(picks.weights, picks.positions + first, last - first, heads, copy.data());
  } else {
    gather(picks.weights, picks.wide_positions + first, last - first, heads, copy.data());
  }
  return copy.data();
}

/// y = or += the sums of all rows of picks, in blocks of rows.
void sum_blocks(const RowPicks& picks, const SourceRows& x, const ResultRows& y) {
  const Index rows = static_cast<Index>(picks.offsets.size()) - 1;
  const Index picks_per_row = static_cast<Index>(picks.ids.size()) / rows + 1;
  constexpr Index products_per_block = 1 << 15;  // some 5 microseconds: threads that finish early wait no longer
  parallel_blocks(rows, block_rows(x.width * picks_per_row, products_per_block),
                  [&](Index begin, Index end) { range_row_sums(picks, x, y, begin, end); });
}

}  // namespace

void range_row_sums(const RowPicks& picks, const SourceRows& x, const ResultRows& y, Index begin, Index end) {
  const Real* const weights = contiguous_weights(picks, picks.offsets[static_cast<std::size_t>(begin)],
                                                 picks.offsets[static_cast<std::size_t>(end)]);
  vector_kernels().row_sums(picks, weights, x, y, begin, end);
}

void row_sums(const RowPicks& picks, const SourceRows& x, const ResultRows& y, Index cache_bytes) {
  const Index rows = static_cast<Index>(picks.offsets.size()) - 1;
  if (rows <= 0 || x.width == 0) return;
  // What is written does not fit a cache, so that it had better not push out what is read.
  constexpr Index fewest_streamed_bytes = Index{16} << 20;
  ResultRows to = y;
  to.streamed = rows * x.width * static_cast<Index>(sizeof(Real)) >= fewest_streamed_bytes;
  if (!pays_in_strips(picks, x, cache_bytes)) return sum_blocks(picks, x, to);
  Tensor strip = Tensor::uninitialized(Shape{x.rows, strip_columns});
  for (Index first = 0; first < x.width; first += strip_columns) {
    const Index columns = std::min(strip_columns, x.width - first);
    copy_strip(x, first, columns, strip.data());
    to.values = y.values + first;
    to.row = y.row == nullptr ? nullptr : y.row + first;
    sum_blocks(picks, {strip.data(), x.rows, columns}, to);
  }
}

}  // namespace cairn::kernels
