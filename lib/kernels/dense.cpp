#include "kernels/dense.h"

#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/parallel.h"
#include "kernels/elementwise.h"
#include "kernels/shape_check.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

// Up to here our own kernels win over OpenBLAS, by a fifth to a half where few rows or columns leave its copies and its
// pass over the result little to be shared by.
constexpr Index narrow_columns = 256;
// The same of a^T b, whose sum had better stay in a near cache: of any size so narrow, and of so many values if wider.
constexpr Index narrow_outer_columns = 64;
constexpr Index most_outer_values = 1 << 15;
constexpr Index wide_rows = 512;               // rows a call of OpenBLAS: enough to pay for its packing of b
constexpr Index products_per_block = 1 << 20;  // of a narrow product: some 10 microseconds
constexpr Index rows_without_rest = 48;  // of a block, or multiples: tiles have 6, 8 or 12 rows, a rest goes slower
constexpr Index most_partials = 64;      // partial sums of a^T b: bounds their memory and the time to add them
constexpr Index fewest_rows_per_partial = 512;

[[noreturn]] void throw_shapes(std::string_view name, const Tensor& a, const Tensor& b, const Tensor& c) {
  throw ShapeError(fmt::format("{}: {}, {} and {} do not fit", name, to_string(a.shape()), to_string(b.shape()),
                               to_string(c.shape())));
}

/// c = op(a) op(b) + beta c by OpenBLAS. a, b as stored, with so many columns; c: [rows, columns].
void blas_product(bool transpose_a, bool transpose_b, Index rows, Index columns, Index inner, const Real* a,
                  Index a_columns, const Real* b, Index b_columns, Real beta, Real* c) {
  const auto small = [](Index extent) { return static_cast<blasint>(extent); };
  const auto turned = [](bool transpose) { return transpose ? CblasTrans : CblasNoTrans; };
  const auto product = [] {
    if constexpr (std::is_same_v<Real, double>)
      return &cblas_dgemm;
    else
      return &cblas_sgemm;
  }();
  product(CblasRowMajor, turned(transpose_a), turned(transpose_b), small(rows), small(columns), small(inner), 1, a,
          small(a_columns), b, small(b_columns), beta, c, small(columns));
}

/// The matrix b(k, j) = b[k * row_step + j * column_step], [inner, width], laid out for the narrow product.
Tensor packed(const Real* b, Index row_step, Index column_step, Index inner, Index width) {
  const auto& kernels = vector_kernels();
  Tensor panels = Tensor::uninitialized({kernels.packed_size(inner, width)});
  kernels.pack_columns(b, row_step, column_step, inner, width, panels.data());
  return panels;
}

/// Rows of a narrow product that are worked on at a time.
Index narrow_rows(Index inner, Index width) {
  const Index tiles = (block_rows(inner * width, products_per_block) + rows_without_rest - 1) / rows_without_rest;
  return tiles * rows_without_rest;
}

/// c = or += a times the matrix b(k, j) = b[k * row_step + j * column_step], at most narrow_columns wide. row: what
/// written sums start from; null: 0.
void narrow_product(const Tensor& a, const Real* b, Index row_step, Index column_step, Tensor& c, Store store,
                    const Real* row = nullptr, Rectified rectified = Rectified::no) {
  const Index inner = a.columns();
  const Index width = c.columns();
  const Tensor panels = packed(b, row_step, column_step, inner, width);
  const NarrowProduct product{a.data(), panels.data(), c.data(), inner, width, store, row, rectified};
  parallel_blocks(a.rows(), narrow_rows(inner, width),
                  [&](Index begin, Index end) { vector_kernels().narrow_product(product, begin, end); });
}

/// Whether a^T b, [inner, width], is summed by our own tiles.
bool sums_by_tiles(Index inner, Index width) {
  return width <= narrow_outer_columns || (width <= narrow_columns && inner * width <= most_outer_values);
}

/// sum += what add(begin, end, part) adds to a part of its shape, for blocks of so many rows: the first adds to the sum
/// itself, the others follow in order.
template <class Add>
void add_partial_sums(Index rows, Tensor& sum, const Add& add) {
  const Index block = std::max(fewest_rows_per_partial, (rows + most_partials - 1) / most_partials);
  std::vector<Tensor> partials(static_cast<std::size_t>((rows + block - 1) / block));
  parallel_blocks(rows, block, [&](Index begin, Index end) {
    Tensor& part = partials[static_cast<std::size_t>(begin / block)];
    part = begin == 0 ? sum : Tensor(sum.shape());
    add(begin, end, part.data());
  });
  parallel_blocks(sum.size(), products_per_block, [&](Index begin, Index end) {
    for (std::size_t p = 1; p < partials.size(); ++p) {
      const Real* const part = partials[p].data();
      for (Index i = begin; i < end; ++i) sum.data()[i] += part[i];
    }
  });
}

/// An [N, M] for a b.
Tensor memory_for_product(const Tensor& a, const Tensor& b) {
  if (a.columns() != b.rows()) {
    throw ShapeError(fmt::format("matmul: {} x {}: inner extents {} and {} differ", to_string(a.shape()),
                                 to_string(b.shape()), a.columns(), b.rows()));
  }
  return Tensor::uninitialized({a.rows(), b.columns()});
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  Tensor c = memory_for_product(a, b);
  add_matmul(a, b, c, Store::write);
  return c;
}

Tensor linear(const Tensor& a, const Tensor& b, const Tensor& row, Rectified rectified) {
  Tensor c = memory_for_product(a, b);
  const Index width = b.columns();
  require_fit(row.size() == width, "linear", b, row);
  if (width <= narrow_columns && c.size() > 0 && a.columns() > 0) {
    narrow_product(a, b.data(), width, 1, c, Store::write, row.data(), rectified);
  } else {
    add_matmul(a, b, c, Store::write);
    add_row(c, row, c);
    if (rectified == Rectified::yes) relu(c, c);
  }
  return c;
}

void add_matmul(const Tensor& a, const Tensor& b, Tensor& c, Store store) {
  const Index inner = a.columns();
  const Index width = b.columns();
  if (b.rows() != inner || c.rows() != a.rows() || c.columns() != width) throw_shapes("add_matmul", a, b, c);
  if (inner == 0 && store == Store::write) c.fill(0);
  if (c.size() == 0 || inner == 0) return;
  if (width <= narrow_columns) return narrow_product(a, b.data(), width, 1, c, store);
  parallel_blocks(a.rows(), wide_rows, [&](Index begin, Index end) {
    blas_product(false, false, end - begin, width, inner, a.data() + begin * inner, inner, b.data(), width,
                 store == Store::write ? Real(0) : Real(1), c.data() + begin * width);
  });
}

void add_matmul_bt(const Tensor& a, const Tensor& b, Tensor& c, Store store) {
  const Index inner = a.columns();
  const Index width = b.rows();
  if (b.columns() != inner || c.rows() != a.rows() || c.columns() != width) throw_shapes("add_matmul_bt", a, b, c);
  if (inner == 0 && store == Store::write) c.fill(0);
  if (c.size() == 0 || inner == 0) return;
  if (width <= narrow_columns) return narrow_product(a, b.data(), 1, inner, c, store);
  parallel_blocks(a.rows(), wide_rows, [&](Index begin, Index end) {
    blas_product(false, true, end - begin, width, inner, a.data() + begin * inner, inner, b.data(), inner,
                 store == Store::write ? Real(0) : Real(1), c.data() + begin * width);
  });
}

void add_matmul_at(const Tensor& a, const Tensor& b, Tensor& c) {
  const Index inner = a.columns();
  const Index width = b.columns();
  const Index rows = a.rows();
  if (rows != b.rows() || c.rows() != inner || c.columns() != width) throw_shapes("add_matmul_at", a, b, c);
  if (c.size() == 0 || rows == 0) return;
  add_partial_sums(rows, c, [&](Index begin, Index end, Real* sum) {
    if (sums_by_tiles(inner, width)) {
      vector_kernels().add_outer_products(a.data(), b.data(), inner, width, sum, begin, end);
    } else {
      blas_product(true, false, inner, width, end - begin, a.data() + begin * inner, inner, b.data() + begin * width,
                   width, 1, sum);
    }
  });
}

void add_product_gradients(const Tensor& a, const Tensor& b, const Tensor& upstream, Tensor& a_gradient, Store store,
                           Tensor& b_gradient) {
  const Index inner = a.columns();
  const Index width = b.columns();
  const bool at_once = inner > 0 && inner <= narrow_columns && width > 0 && sums_by_tiles(inner, width) &&
                       a_gradient.data() != b_gradient.data();
  if (!at_once || upstream.rows() != a.rows() || upstream.columns() != width || b.rows() != inner ||
      a_gradient.shape() != a.shape() || b_gradient.shape() != b.shape()) {
    add_matmul_bt(upstream, b, a_gradient, store);
    return add_matmul_at(a, upstream, b_gradient);
  }
  const auto& kernels = vector_kernels();
  const Tensor panels = packed(b.data(), 1, width, width, inner);
  const NarrowProduct product{upstream.data(), panels.data(), a_gradient.data(), width, inner, store};
  const Index at_a_time = narrow_rows(width, inner);
  add_partial_sums(a.rows(), b_gradient, [&](Index begin, Index end, Real* sum) {
    for (Index first = begin; first < end; first += at_a_time) {
      const Index last = std::min(first + at_a_time, end);
      kernels.narrow_product(product, first, last);
      kernels.add_outer_products(a.data(), upstream.data(), inner, width, sum, first, last);
    }
  });
}

}  // namespace cairn::kernels
