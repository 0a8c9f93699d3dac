#pragma once

#include <cstdint>
#include <span>

#include "core/cache_size.h"
#include "core/types.h"
#include "kernels/store.h"
#include "tensor/tensor.h"

namespace cairn::kernels {

/// Weighted picks of rows: what propagation over arcs, products of sparse matrices and attention have in common.
struct RowPicks {
  std::span<const std::int64_t> offsets;         // one more than result rows
  std::span<const std::int32_t> ids;             // which row of x each pick takes
  const Real* weights = nullptr;                 // null: all 1
  const std::int32_t* positions = nullptr;       // pick k has weights[positions[k]];
  const std::int64_t* wide_positions = nullptr;  // or weights[wide_positions[k]]; both null: weights[k]
  Index heads = 1;                               // weights [.., heads]: each serves its own width / heads columns
};

/// What rows are picked from: [rows, width].
struct SourceRows {
  const Real* values = nullptr;
  Index rows = 0;
  Index width = 0;
};
inline SourceRows source_rows(const Tensor& x) { return {x.data(), x.rows(), x.columns()}; }

/// Where sums go: row r of the picks starts at values + r * stride.
struct ResultRows {
  Real* values = nullptr;
  Index stride = 0;
  Store store = Store::write;
  const Real* row = nullptr;            // [x's width], what written sums start from; null: 0
  Rectified rectified = Rectified::no;  // of written sums
  bool streamed = false;  // past the caches, where the processor can: row_sums() chooses, for what no cache holds
};
inline ResultRows result_rows(Tensor& y, Store store = Store::write) { return {y.data(), y.columns(), store}; }

/// y[r, :] = or += sum over the picks k of row r of weight * x[ids[k], :]. y: [picked rows, width].
/// Each result row is summed by one thread in the order of its picks, also where it goes by strips of columns
/// (row_strips.h), which cache_bytes, of the cache that threads share, decides. x.width is a multiple of picks.heads.
void row_sums(const RowPicks& picks, const SourceRows& x, const ResultRows& y,
              Index cache_bytes = shared_cache_bytes());

/// The same of rows begin .. end - 1 alone, by the calling thread.
void range_row_sums(const RowPicks& picks, const SourceRows& x, const ResultRows& y, Index begin, Index end);

}  // namespace cairn::kernels
