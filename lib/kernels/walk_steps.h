#pragma once

#include <cstdint>

#include "core/types.h"

namespace cairn::kernels {

/// y <- a P x + b x - c y on panels of 8 columns of doubles, P = D^-1 A: one step of a random walk (a = 1), or of a
/// three-term recurrence in P. Several panels at once save what a short row costs beside its sums; one at a time keeps
/// what rows fetch in the caches, where there are many nodes.
struct WalkStep {
  static constexpr Index width = 8;        // columns of a panel: a cache line
  static constexpr Index most_panels = 4;  // at once

  const std::int64_t* offsets = nullptr;  // rows of A
  const std::int32_t* targets = nullptr;
  const Real* weights = nullptr;         // one an arc, or null: all 1
  const double* inverse_sums = nullptr;  // [N], 1 / row sum of A; 0 for an empty row
  const double* x = nullptr;             // [panels, N, width]
  double* y = nullptr;                   // [panels, N, width], not x
  Index panels = 1;                      // 1 .. most_panels
  Index panel_stride = 0;                // N width, in doubles
  double a = 1;
  double b = 0;
  double c = 0;  // 0: what y held, even a NaN, is not looked at
};

/// Inner loops over doubles of random walks, compiled once for each set of vector instructions.
struct WalkKernels {
  /// The step for rows begin .. end - 1, of which it alone writes.
  void (*step)(const WalkStep& step, Index begin, Index end);
};

/// Those of the level that vector_kernels() runs at. Levels agree up to rounding: some fuse products and sums.
const WalkKernels& walk_kernels();

}  // namespace cairn::kernels
