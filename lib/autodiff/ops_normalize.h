#pragma once

#include "autodiff/variable.h"

/// Operations that set the scale of rows or columns. x: [N, D], all extents may be 0 or 1.
namespace cairn {

/// Over each row of [N, D].
Variable softmax(Variable x);
Variable log_softmax(Variable x);

/// (x - mean) / sqrt(variance + epsilon) over each row of [N, D].
Variable normalize_rows(Variable x, Real epsilon);
/// The same over each column, with the mean and (biased) variance of the batch, which are written to [D] tensors.
Variable normalize_columns(Variable x, Real epsilon, Tensor& batch_mean, Tensor& batch_variance);

/// x / sqrt(|x|^2 + 1e-12) for each row of [N, D]: rows of length 1; a row of zeros stays.
Variable with_unit_rows(const Variable& x);

}  // namespace cairn
