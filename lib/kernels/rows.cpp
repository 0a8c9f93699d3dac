#include "kernels/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "kernels/each_row.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {
constexpr Index rows_per_partial = 1024;  // of sums over rows
}

Tensor transpose(const Tensor& x) {
  require_matrix("transpose", x);
  Tensor y = Tensor::uninitialized(Shape{x.columns(), x.rows()});
  const Index n = x.rows();
  const Index m = x.columns();
  each_row(m, n, [&](Index j) {
    for (Index i = 0; i < n; ++i) y.data()[j * n + i] = x.data()[i * m + j];
  });
  return y;
}

void add_transposed(const Tensor& x, Tensor& y) {
  require_fit(x.rows() == y.columns() && x.columns() == y.rows(), "transpose", x, y);
  const Index n = x.rows();
  const Index m = x.columns();
  each_row(m, n, [&](Index j) {
    for (Index i = 0; i < n; ++i) y.data()[j * n + i] += x.data()[i * m + j];
  });
}

Tensor multiply_row(const Tensor& x, const Tensor& row) {
  require_fit(row.size() == x.columns(), "multiply_row", x, row);
  Tensor y = Tensor::uninitialized(x.shape());
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] = x.data()[i * width + j] * row.data()[j];
  });
  return y;
}

void add_multiplied_row(const Tensor& x, const Tensor& row, Tensor& y) {
  require_fit(row.size() == x.columns(), "multiply_row", x, row);
  require_fit(x.size() == y.size(), "multiply_row", x, y);
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] += x.data()[i * width + j] * row.data()[j];
  });
}

void add_column_dots(const Tensor& a, const Tensor& b, Tensor& row) {
  require_fit(a.size() == b.size(), "column dots", a, b);
  require_fit(row.size() == a.columns(), "column dots", a, row);
  const Index width = a.columns();
  const Index blocks = (a.rows() + rows_per_partial - 1) / rows_per_partial;
  Tensor partial(Shape{blocks, width});
  parallel_blocks(a.rows(), rows_per_partial, [&](Index begin, Index end) {
    Real* const sums = partial.data() + begin / rows_per_partial * width;
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j < width; ++j) sums[j] += a.data()[i * width + j] * b.data()[i * width + j];
    }
  });
  for (Index block = 0; block < blocks; ++block) {
    for (Index j = 0; j < width; ++j) row.data()[j] += partial.data()[block * width + j];
  }
}

Tensor multiply_column(const Tensor& x, const Tensor& column) {
  require_fit(column.size() == x.rows(), "multiply_column", x, column);
  Tensor y = Tensor::uninitialized(x.shape());
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    const Real factor = column.data()[i];
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] = x.data()[i * width + j] * factor;
  });
  return y;
}

void add_multiplied_column(const Tensor& x, const Tensor& column, Tensor& y) {
  require_fit(column.size() == x.rows(), "multiply_column", x, column);
  require_fit(x.size() == y.size(), "multiply_column", x, y);
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    const Real factor = column.data()[i];
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] += x.data()[i * width + j] * factor;
  });
}

void add_row_dots(const Tensor& a, const Tensor& b, Tensor& column) {
  require_fit(a.size() == b.size(), "row dots", a, b);
  require_fit(column.size() == a.rows(), "row dots", a, column);
  const Index width = a.columns();
  each_row(a.rows(), width, [&](Index i) {
    const Real* const first = a.data() + i * width;
    column.data()[i] += std::inner_product(first, first + width, b.data() + i * width, Real(0));
  });
}

Tensor sum_rows(const Tensor& x) {
  Tensor y = Tensor::uninitialized(Shape{x.rows()});
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    const Real* const first = x.data() + i * width;
    y.data()[i] = std::accumulate(first, first + width, Real(0));
  });
  return y;
}

void add_column(const Tensor& column, Tensor& y) {
  require_fit(column.size() == y.rows(), "sum_rows", y, column);
  const Index width = y.columns();
  each_row(y.rows(), width, [&](Index i) {
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] += column.data()[i];
  });
}

Tensor concat_columns(std::span<const Tensor> parts) {
  if (parts.empty()) throw ShapeError("concat_columns: expected at least one part");
  Index width = 0;
  for (const Tensor& part : parts) {
    require_matrix("concat_columns", part);
    require_fit(part.rows() == parts[0].rows(), "concat_columns", parts[0], part);
    width += part.columns();
  }
  Tensor y = Tensor::uninitialized(Shape{parts[0].rows(), width});
  each_row(y.rows(), width, [&](Index i) {
    Real* to = y.data() + i * width;
    for (const Tensor& part : parts) to = std::copy_n(part.data() + i * part.columns(), part.columns(), to);
  });
  return y;
}

void add_columns_of(const Tensor& x, Index first, Tensor& y) {
  require_fit(x.rows() == y.rows() && first + y.columns() <= x.columns(), "concat_columns", x, y);
  const Index width = y.columns();
  each_row(y.rows(), width, [&](Index i) {
    const Real* const from = x.data() + i * x.columns() + first;
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] += from[j];
  });
}

Tensor slice_columns(const Tensor& x, Index begin, Index end) {
  require_matrix("slice_columns", x);
  if (begin < 0 || begin > end || end > x.columns()) {
    throw ShapeError(fmt::format("slice_columns: {} has no columns {} to {}", to_string(x.shape()), begin, end));
  }
  Tensor y = Tensor::uninitialized(Shape{x.rows(), end - begin});
  each_row(y.rows(), y.columns(),
           [&](Index i) { std::copy_n(x.data() + i * x.columns() + begin, y.columns(), y.data() + i * y.columns()); });
  return y;
}

void add_to_columns(const Tensor& x, Index first, Tensor& y) {
  require_fit(x.rows() == y.rows() && first + x.columns() <= y.columns(), "slice_columns", y, x);
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    Real* const to = y.data() + i * y.columns() + first;
    for (Index j = 0; j < width; ++j) to[j] += x.data()[i * width + j];
  });
}

Tensor slice_rows(const Tensor& x, Index begin, Index end) {
  require_matrix("slice_rows", x);
  if (begin < 0 || begin > end || end > x.rows()) {
    throw ShapeError(fmt::format("slice_rows: {} has no rows {} to {}", to_string(x.shape()), begin, end));
  }
  Tensor y = Tensor::uninitialized(Shape{end - begin, x.columns()});
  const Index width = x.columns();
  each_row(y.rows(), width, [&](Index i) { std::copy_n(x.data() + (begin + i) * width, width, y.data() + i * width); });
  return y;
}

void add_to_rows(const Tensor& x, Index first, Tensor& y) {
  require_fit(x.columns() == y.columns() && first + x.rows() <= y.rows(), "slice_rows", y, x);
  const Index width = x.columns();
  each_row(x.rows(), width, [&](Index i) {
    Real* const to = y.data() + (first + i) * width;
    for (Index j = 0; j < width; ++j) to[j] += x.data()[i * width + j];
  });
}

}  // namespace cairn::kernels
