#pragma once

#include <span>

#include "autodiff/rectified.h"
#include "autodiff/variable.h"
#include "tensor/sparse_matrix.h"

/// Products, sums and rearrangements of dense matrices. All extents may be 0 or 1; shapes that do not fit throw
/// ShapeError naming the operation. What is taken by value may be moved in: see Variable.
namespace cairn {

/// a b: [N, K] x [K, M] -> [N, M].
Variable matmul(Variable a, const Variable& b);
/// a b + row in every row, or relu() of it, in one pass. a: [N, K], b: [K, M], row: M values -> [N, M].
Variable linear(Variable a, const Variable& b, const Variable& row, Rectified rectified = Rectified::no);
/// c + a b: [N, M] + [N, K] x [K, M] -> [N, M].
Variable add_matmul(Variable c, Variable a, const Variable& b);
/// a b of a constant sparse a: [N, K] x [K, M] -> [N, M].
Variable matmul(const SparseMatrix& a, const Variable& b);
/// [N, M] -> [M, N].
Variable transpose(Variable x);

/// x[i, j] + row[j] and x[i, j] * row[j]: [N, D] with [D].
Variable add_row(Variable x, const Variable& row);
Variable multiply_row(Variable x, const Variable& row);
/// x[i, j] * column[i]: [N, D] with [N].
Variable multiply_column(Variable x, const Variable& column);

/// Of all values, to shape []. The mean of no values is 0.
Variable sum(Variable x);
Variable mean(Variable x);
/// [N, D] -> [N].
Variable sum_rows(Variable x);

/// The same values in another shape of the same size.
Variable reshape(Variable x, const Shape& shape);
/// [N, D1], [N, D2], ... -> [N, D1 + D2 + ...]. At least one part.
Variable concat_columns(std::span<const Variable> parts);
/// Columns begin .. end - 1 of [N, D].
Variable slice_columns(Variable x, Index begin, Index end);
/// Rows begin .. end - 1 of [N, D]; x itself where these are all.
Variable slice_rows(Variable x, Index begin, Index end);
/// Rows ids[0], ids[1], ... of [N, D]: [ids.size(), D]. Ids may repeat.
Variable gather_rows(Variable x, std::span<const NodeId> ids);

/// Per head h: sum over d of x[i, h, d] * a[h, d]. x: [N, H * D], a: [H, D] -> [N, H].
Variable head_dot(Variable x, const Variable& a);
/// Mean over heads: [N, H * D] -> [N, D].
Variable mean_heads(Variable x, Index heads);

}  // namespace cairn
