#pragma once

#include <span>

#include "tensor/tensor.h"

/// Scaling, summing and rearranging the rows and columns of dense matrices. Extents may be 0 or 1. Every function
/// throws ShapeError, naming itself, where shapes do not fit; those that begin with add_ accumulate, as backward rules
/// do.
namespace cairn::kernels {

/// y[j, i] = x[i, j]: [N, M] -> [M, N].
Tensor transpose(const Tensor& x);
/// y[j, i] += x[i, j].
void add_transposed(const Tensor& x, Tensor& y);

/// x[i, j] * row[j]. x: [N, D], row: D values.
Tensor multiply_row(const Tensor& x, const Tensor& row);
/// y[i, j] += x[i, j] * row[j].
void add_multiplied_row(const Tensor& x, const Tensor& row, Tensor& y);
/// row[j] += sum over i of a[i, j] * b[i, j]. Partial sums over fixed blocks of rows, added in their order.
void add_column_dots(const Tensor& a, const Tensor& b, Tensor& row);

/// x[i, j] * column[i]. x: [N, D], column: N values.
Tensor multiply_column(const Tensor& x, const Tensor& column);
/// y[i, j] += x[i, j] * column[i].
void add_multiplied_column(const Tensor& x, const Tensor& column, Tensor& y);
/// column[i] += sum over j of a[i, j] * b[i, j].
void add_row_dots(const Tensor& a, const Tensor& b, Tensor& column);

/// Sum over j of x[i, j]: [N, D] -> [N].
Tensor sum_rows(const Tensor& x);
/// y[i, j] += column[i].
void add_column(const Tensor& column, Tensor& y);

/// [N, D1], [N, D2], ... side by side. At least one part.
Tensor concat_columns(std::span<const Tensor> parts);
/// y += columns first .. first + (columns of y) of x.
void add_columns_of(const Tensor& x, Index first, Tensor& y);
/// Columns begin .. end - 1 of x.
Tensor slice_columns(const Tensor& x, Index begin, Index end);
/// Columns first .. first + (columns of x) of y += x.
void add_to_columns(const Tensor& x, Index first, Tensor& y);
/// Rows begin .. end - 1 of x.
Tensor slice_rows(const Tensor& x, Index begin, Index end);
/// Rows first .. first + (rows of x) of y += x.
void add_to_rows(const Tensor& x, Index first, Tensor& y);

}  // namespace cairn::kernels
