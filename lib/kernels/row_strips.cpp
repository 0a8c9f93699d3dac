#include "kernels/row_strips.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"

namespace cairn::kernels {

namespace {

constexpr Index real_bytes = static_cast<Index>(sizeof(Real));
constexpr Index most_fast_bytes = Index{128} << 20;  // of a cache that is faster than memory
constexpr Index strip_share = 2;    // what a strip may take of the cache, beside ids, weights and results: a half
constexpr Index fewest_strips = 4;  // each reads ids and weights once more
constexpr Index fewest_picks = 8;   // of a row, on average: what copying it is paid by
constexpr double fewest_new = 0.6;  // of the picks in a part that a cache could hold the rows of

/// Share of the picks in the middle, as many as a cache holds rows, that take a row not yet taken.
double share_of_new_rows(const RowPicks& picks, const SourceRows& x, Index cache_bytes) {
  const auto all = static_cast<Index>(picks.ids.size());
  const Index count = std::min(all, cache_bytes / (x.width * real_bytes));
  const Index first = (all - count) / 2;
  std::vector<bool> taken(static_cast<std::size_t>(x.rows));
  Index fresh = 0;
  for (Index k = first; k < first + count; ++k) {
    const auto row = static_cast<std::size_t>(picks.ids[static_cast<std::size_t>(k)]);
    fresh += taken[row] ? 0 : 1;
    taken[row] = true;
  }
  return static_cast<double>(fresh) / static_cast<double>(std::max<Index>(count, 1));
}

}  // namespace

bool pays_in_strips(const RowPicks& picks, const SourceRows& x, Index cache_bytes) {
  const bool by_cache = cache_bytes <= most_fast_bytes && x.rows * x.width * real_bytes > cache_bytes &&
                        x.rows * strip_columns * real_bytes <= cache_bytes / strip_share;
  const bool weights_at_hand = picks.positions == nullptr && picks.wide_positions == nullptr;
  return by_cache && weights_at_hand && picks.heads == 1 && x.width >= fewest_strips * strip_columns &&
         static_cast<Index>(picks.ids.size()) >= fewest_picks * x.rows &&
         share_of_new_rows(picks, x, cache_bytes) >= fewest_new;
}

void copy_strip(const SourceRows& x, Index first, Index columns, Real* strip) {
  constexpr Index values_per_block = 1 << 16;
  parallel_blocks(x.rows, block_rows(columns, values_per_block), [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row)
      std::copy_n(x.values + row * x.width + first, columns, strip + row * columns);
  });
}

}  // namespace cairn::kernels
