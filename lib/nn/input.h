#pragma once

#include <span>
#include <variant>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"

namespace cairn {

/// What enters a layer: a dense variable, or constant sparse features whose stored values alone are multiplied and
/// dropped.
using Input = std::variant<Variable, SparseMatrix>;

/// Rows N and columns F of an input [N, F].
Index rows_of(const Input& x);
Index columns_of(const Input& x);

/// x weight: [N, F] x [F, D] -> [N, D].
Variable matmul(const Input& x, const Variable& weight);
/// The same plus bias, D values, in every row; undefined: none. Or relu() of it.
Variable linear(const Input& x, const Variable& weight, const Variable& bias, Rectified rectified = Rectified::no);
/// As the operation of that name, for either kind.
Input dropout(const Input& x, Real rate, std::uint64_t key, const Pass& pass);

/// Rows ids[0], ids[1], ... of features, which want no gradient.
Input gather_rows(const Input& x, std::span<const NodeId> ids);
/// The first `count` rows; x itself where these are all.
Input first_rows(const Input& x, Index count);

}  // namespace cairn
