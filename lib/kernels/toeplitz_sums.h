#pragma once

#include "core/types.h"

namespace cairn::kernels {

/// Inner loop of products with bands, over doubles, compiled once for each set of vector instructions.
struct ToeplitzKernels {
  /// y[t] += sum over k of c[k] x[t + k], in the order of k; t < outputs, k < terms; x: outputs + terms - 1 values. It
  /// is both the product with a band (c: its coefficients) and the gradient of these (c: the upstream). What y[t]
  /// receives depends on x, c and `outputs` alone.
  void (*add_sliding_sums)(const double* c, Index terms, const double* x, double* y, Index outputs);
};

/// Those of the level that vector_kernels() runs at. Levels agree up to rounding: some fuse products and sums.
const ToeplitzKernels& toeplitz_kernels();

}  // namespace cairn::kernels
