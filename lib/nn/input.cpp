#include "nn/input.h"

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

Input dropout(const Input& x, Real rate, std::uint64_t key, const Pass& pass) {
  return std::visit([&](const auto& kind) { return Input(dropout(kind, rate, key, pass)); }, x);
}

}  // namespace cairn
