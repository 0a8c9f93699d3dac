#include <fmt/format.h>

#include "kernels/dense.h"
#include "kernels/row_sums.h"

namespace cairn::kernels {

Tensor matmul(const SparseMatrix& a, const Tensor& b) {
  if (a.columns() != b.rows()) {
    throw ShapeError(fmt::format("matmul: sparse [{}, {}] x {}: inner extents {} and {} differ", a.rows(), a.columns(),
                                 to_string(b.shape()), a.columns(), b.rows()));
  }
  Tensor c = Tensor::uninitialized({a.rows(), b.columns()});
  row_sums({a.pattern().offsets(), a.pattern().columns(), a.values().data()}, source_rows(b), result_rows(c));
  return c;
}

void add_matmul_at(const SparseMatrix& a, const Tensor& b, Tensor& c) {
  if (a.rows() != b.rows() || c.rows() != a.columns() || c.columns() != b.columns()) {
    throw ShapeError(fmt::format("add_matmul_at: sparse [{}, {}] transposed x {} does not give {}", a.rows(),
                                 a.columns(), to_string(b.shape()), to_string(c.shape())));
  }
  const auto& transpose = a.pattern().transpose();
  row_sums({transpose.offsets, transpose.rows, a.values().data(), transpose.positions.data()}, source_rows(b),
           result_rows(c, Store::add));
}

}  // namespace cairn::kernels
