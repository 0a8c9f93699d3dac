#include "nn/input.h"

#include <numeric>
#include <utility>
#include <vector>

namespace cairn {

Index rows_of(const Input& x) {
  const auto* dense = std::get_if<Variable>(&x);
  return dense != nullptr ? dense->value().rows() : std::get<SparseMatrix>(x).rows();
}

Index columns_of(const Input& x) {
  const auto* dense = std::get_if<Variable>(&x);
  return dense != nullptr ? dense->value().columns() : std::get<SparseMatrix>(x).columns();
}

Variable matmul(const Input& x, const Variable& weight) {
  return std::visit([&](const auto& kind) { return matmul(kind, weight); }, x);
}

Variable linear(const Input& x, const Variable& weight, const Variable& bias, Rectified rectified) {
  const auto* dense = std::get_if<Variable>(&x);
  if (dense != nullptr && bias.defined()) return linear(*dense, weight, bias, rectified);
  Variable product = matmul(x, weight);
  if (bias.defined()) product = add_row(std::move(product), bias);
  return rectified == Rectified::yes ? relu(std::move(product)) : product;
}

Input dropout(const Input& x, Real rate, std::uint64_t key, const Pass& pass) {
  return std::visit([&](const auto& kind) { return Input(dropout(kind, rate, key, pass)); }, x);
}

Input gather_rows(const Input& x, std::span<const NodeId> ids) {
  return std::visit([&](const auto& kind) { return Input(gather_rows(kind, ids)); }, x);
}

Input first_rows(const Input& x, Index count) {
  if (count == rows_of(x)) return x;
  if (const auto* dense = std::get_if<Variable>(&x)) return slice_rows(*dense, 0, count);
  std::vector<NodeId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), NodeId{0});
  return gather_rows(x, ids);
}

}  // namespace cairn
