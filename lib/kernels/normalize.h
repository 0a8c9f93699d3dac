#pragma once

#include "tensor/tensor.h"

/// Zero mean and unit variance, by rows or by columns of [N, D], and their backward rules
///   g += (u - mean(u) - y mean(u y)) / deviation, with y the normalized values and u the upstream gradient.
/// Shapes are those of x throughout; ShapeError unless x is a matrix.
namespace cairn::kernels {

/// (x - mean) / sqrt(variance + epsilon) over each row. inverse_deviation: written, [N].
Tensor normalize_rows(const Tensor& x, Real epsilon, Tensor& inverse_deviation);
void add_normalize_rows_gradient(const Tensor& y, const Tensor& inverse_deviation, const Tensor& upstream,
                                 Tensor& gradient);

/// Of every column, [D] each; of no rows: mean and variance 0.
struct ColumnStatistics {
  Tensor mean;
  Tensor variance;           // biased: divided by N
  Tensor inverse_deviation;  // 1 / sqrt(variance + epsilon)
};
/// Sums in double over fixed blocks of rows, added in their order.
ColumnStatistics column_statistics(const Tensor& x, Real epsilon);
/// (x - mean) * inverse_deviation over each column.
Tensor normalize_columns(const Tensor& x, const ColumnStatistics& statistics);
void add_normalize_columns_gradient(const Tensor& y, const Tensor& inverse_deviation, const Tensor& upstream,
                                    Tensor& gradient);

}  // namespace cairn::kernels
