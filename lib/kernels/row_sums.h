#pragma once

#include <cstdint>
#include <span>

#include "core/types.h"

namespace cairn::kernels {

/// Weighted picks of rows: what propagation over arcs and a sparse matrix's product have in common.
struct RowPicks {
  std::span<const std::int64_t> offsets;    // one more than result rows
  std::span<const std::int32_t> ids;        // which row of x each pick takes
  const Real* weights = nullptr;            // null: all 1
  const std::int32_t* positions = nullptr;  // pick k has weight weights[positions[k]]; null: weights[k]
};

enum class Store { write, add };

/// y[r, :] = or += sum over picks k of row r of weight * x[ids[k], :]. x: [any, width]; y: [rows, width].
/// Each result row is summed in the order of its picks, by one thread.
void row_sums(const RowPicks& picks, const Real* x, Index width, Real* y, Store store);

}  // namespace cairn::kernels
