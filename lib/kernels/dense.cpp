#include "kernels/dense.h"

#include <fmt/format.h>

#include <vector>

#include "core/parallel.h"

namespace cairn::kernels {

namespace {

constexpr Index rows_per_partial = 1024;  // of the sum over rows in a^T b

[[noreturn]] void throw_shapes(std::string_view name, const Tensor& a, const Tensor& b, const Tensor& c) {
  throw ShapeError(fmt::format("{}: {}, {} and {} do not fit", name, to_string(a.shape()), to_string(b.shape()),
                               to_string(c.shape())));
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  const Index inner = a.columns();
  const Index width = b.columns();
  if (inner != b.rows()) {
    throw ShapeError(fmt::format("matmul: {} x {}: inner extents {} and {} differ", to_string(a.shape()),
                                 to_string(b.shape()), inner, b.rows()));
  }
  Tensor c({a.rows(), width});
  parallel_blocks(a.rows(), block_rows(inner * width), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      for (Index k = 0; k < inner; ++k) {
        for (Index j = 0; j < width; ++j) c.at(i, j) += a.at(i, k) * b.at(k, j);
      }
    }
  });
  return c;
}

void add_matmul_bt(const Tensor& a, const Tensor& b, Tensor& c) {
  const Index inner = a.columns();
  const Index width = b.rows();
  if (b.columns() != inner || c.rows() != a.rows() || c.columns() != width) throw_shapes("add_matmul_bt", a, b, c);
  parallel_blocks(a.rows(), block_rows(inner * width), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j < width; ++j) {
        Real sum = 0;
        for (Index k = 0; k < inner; ++k) sum += a.at(i, k) * b.at(j, k);
        c.at(i, j) += sum;
      }
    }
  });
}

void add_matmul_at(const Tensor& a, const Tensor& b, Tensor& c) {
  const Index inner = a.columns();
  const Index width = b.columns();
  if (a.rows() != b.rows() || c.rows() != inner || c.columns() != width) throw_shapes("add_matmul_at", a, b, c);
  const Index blocks = (a.rows() + rows_per_partial - 1) / rows_per_partial;
  std::vector<Tensor> partial(static_cast<std::size_t>(blocks));
  parallel_blocks(a.rows(), rows_per_partial, [&](Index begin, Index end) {
    Tensor sum(c.shape());
    for (Index i = begin; i < end; ++i) {
      for (Index k = 0; k < inner; ++k) {
        for (Index j = 0; j < width; ++j) sum.data()[k * width + j] += a.at(i, k) * b.at(i, j);
      }
    }
    partial[static_cast<std::size_t>(begin / rows_per_partial)] = sum;
  });
  for (const Tensor& sum : partial) {
    for (Index i = 0; i < c.size(); ++i) c.data()[i] += sum.data()[i];
  }
}

}  // namespace cairn::kernels
