/// @file
/// How many directions a matrix of rows really uses.
#pragma once

#include "tensor/tensor.h"

namespace cairn {

/// Squared Frobenius norm / squared largest singular value of `matrix`, [N, D] as it stands (not centered): 1 for rows
/// on a line through 0, at most min(N, D). It says how varied a signal a linear readout of these rows can follow. 0 for
/// zeros and for a matrix without values.
/// The largest singular value comes from Lanczos' method on the smaller Gram matrix, which is never formed, with a
/// fixed start, until it is known to 1e-9, or after 300 steps; then, for singular values that crowd below the largest,
/// the result is at most too large by the last step's residual. O(N D) a step; the same bits for any number of threads.
/// @throws NumericError for values that are not finite
/// Source: Zheng, Ramasinghe and Lucey 2021, section 3; Golub and Van Loan, "Matrix Computations", chapter 10.
[[nodiscard]] double stable_rank(const Tensor& matrix);

}  // namespace cairn
