#include "autodiff/ops_dense.h"

#include <utility>
#include <vector>

#include "autodiff/ops_elementwise.h"
#include "kernels/dense.h"
#include "kernels/elementwise.h"
#include "kernels/heads.h"
#include "kernels/rows.h"
#include "kernels/shape_check.h"

namespace cairn {

namespace {

/// Of a product of inputs number a and b.
void add_product_gradients(BackwardStep& step, std::size_t a, std::size_t b) {
  if (step.wants(a)) {
    const auto [gradient, fresh] = step.target(a);
    const auto store = fresh ? kernels::Store::write : kernels::Store::add;
    kernels::add_matmul_bt(step.upstream(), step.input(b), gradient, store);
  }
  if (step.wants(b)) kernels::add_matmul_at(step.input(a), step.upstream(), step.gradient(b));
}

}  // namespace

Variable matmul(const Variable& a, const Variable& b) {
  return make_operation("matmul", kernels::matmul(a.value(), b.value()), {a, b},
                        [](BackwardStep& step) { add_product_gradients(step, 0, 1); });
}

Variable add_matmul(const Variable& c, const Variable& a, const Variable& b) {
  Tensor sum = c.value().clone();
  kernels::add_matmul(a.value(), b.value(), sum);
  return make_operation("add_matmul", std::move(sum), {c, a, b}, [](BackwardStep& step) {
    add_product_gradients(step, 1, 2);
    if (step.wants(0)) step.hand_on(0);
  });
}

Variable matmul(const SparseMatrix& a, const Variable& b) {
  return make_operation("sparse matmul", kernels::matmul(a, b.value()), {b},
                        [a](BackwardStep& step) { kernels::add_matmul_at(a, step.upstream(), step.gradient(0)); });
}

Variable transpose(const Variable& x) {
  return make_operation("transpose", kernels::transpose(x.value()), {x},
                        [](BackwardStep& step) { kernels::add_transposed(step.upstream(), step.gradient(0)); });
}

Variable add_row(const Variable& x, const Variable& row) {
  kernels::require_fit(row.value().size() == x.value().columns(), "add_row", x.value(), row.value());
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::add_row(x.value(), row.value(), y);
  return make_operation("add_row", std::move(y), {x, row}, [](BackwardStep& step) {
    if (step.wants(1)) kernels::add_column_sums(step.upstream(), step.gradient(1));
    if (step.wants(0)) step.hand_on(0);
  });
}

Variable multiply_row(const Variable& x, const Variable& row) {
  return make_operation("multiply_row", kernels::multiply_row(x.value(), row.value()), {x, row},
                        [](BackwardStep& step) {
                          if (step.wants(0))
                            kernels::add_multiplied_row(step.upstream(), step.input(1), step.gradient(0));
                          if (step.wants(1)) kernels::add_column_dots(step.upstream(), step.input(0), step.gradient(1));
                        });
}

Variable multiply_column(const Variable& x, const Variable& column) {
  return make_operation("multiply_column", kernels::multiply_column(x.value(), column.value()), {x, column},
                        [](BackwardStep& step) {
                          if (step.wants(0))
                            kernels::add_multiplied_column(step.upstream(), step.input(1), step.gradient(0));
                          if (step.wants(1)) kernels::add_row_dots(step.upstream(), step.input(0), step.gradient(1));
                        });
}

Variable sum(const Variable& x) {
  return make_operation(
      "sum", Tensor(Shape{}, static_cast<Real>(kernels::sum(x.value()))), {x},
      [](BackwardStep& step) { kernels::add_map(step.gradient(0), [u = step.upstream().item()]() { return u; }); });
}

Variable mean(const Variable& x) {
  const auto share = static_cast<Real>(x.value().size() > 0 ? 1.0 / static_cast<double>(x.value().size()) : 0.0);
  return scale(sum(x), share);
}

Variable sum_rows(const Variable& x) {
  return make_operation("sum_rows", kernels::sum_rows(x.value()), {x},
                        [](BackwardStep& step) { kernels::add_column(step.upstream(), step.gradient(0)); });
}

Variable reshape(const Variable& x, const Shape& shape) {
  return make_operation("reshape", x.value().reshaped(shape), {x}, [](BackwardStep& step) { step.hand_on(0); });
}

Variable concat_columns(std::span<const Variable> parts) {
  std::vector<Tensor> values;
  for (const Variable& part : parts) values.push_back(part.value());
  return make_operation("concat_columns", kernels::concat_columns(values), {parts.begin(), parts.end()},
                        [count = parts.size()](BackwardStep& step) {
                          Index first = 0;
                          for (std::size_t part = 0; part < count; ++part) {
                            if (step.wants(part)) kernels::add_columns_of(step.upstream(), first, step.gradient(part));
                            first += step.input(part).columns();
                          }
                        });
}

Variable slice_columns(const Variable& x, Index begin, Index end) {
  return make_operation(
      "slice_columns", kernels::slice_columns(x.value(), begin, end), {x},
      [begin](BackwardStep& step) { kernels::add_to_columns(step.upstream(), begin, step.gradient(0)); });
}

Variable slice_rows(const Variable& x, Index begin, Index end) {
  kernels::require_matrix("slice_rows", x.value());
  if (begin == 0 && end == x.value().rows()) return x;
  return make_operation("slice_rows", kernels::slice_rows(x.value(), begin, end), {x}, [begin](BackwardStep& step) {
    kernels::add_to_rows(step.upstream(), begin, step.gradient(0));
  });
}

Variable gather_rows(const Variable& x, std::span<const NodeId> ids) {
  kernels::require_matrix("gather_rows", x.value());
  Tensor y = Tensor::uninitialized(Shape{static_cast<Index>(ids.size()), x.value().columns()});
  kernels::gather_rows(x.value(), ids, y);
  return make_operation("gather_rows", std::move(y), {x},
                        [rows = std::vector<NodeId>(ids.begin(), ids.end())](BackwardStep& step) {
                          kernels::add_gathered_back(step.upstream(), rows, step.gradient(0));
                        });
}

Variable head_dot(const Variable& x, const Variable& a) {
  return make_operation("head_dot", kernels::head_dot(x.value(), a.value()), {x, a}, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_head_dot_x_gradient(step.upstream(), step.input(1), step.gradient(0));
    if (step.wants(1)) kernels::add_head_dot_a_gradient(step.upstream(), step.input(0), step.gradient(1));
  });
}

Variable mean_heads(const Variable& x, Index heads) {
  return make_operation("mean_heads", kernels::mean_heads(x.value(), heads), {x}, [heads](BackwardStep& step) {
    kernels::add_mean_heads_gradient(step.upstream(), heads, step.gradient(0));
  });
}

}  // namespace cairn
