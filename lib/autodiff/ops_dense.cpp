#include "autodiff/ops_dense.h"

#include <algorithm>
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

/// Of the product of inputs 0 and 1.
void add_product_gradients(BackwardStep& step) {
  if (!step.wants(0)) {
    if (step.wants(1)) kernels::add_matmul_at(step.input(0), step.upstream(), step.gradient(1));
    return;
  }
  Tensor* const of_b = step.wants(1) ? &step.gradient(1) : nullptr;  // first: it may be that of input 0
  const auto [of_a, fresh] = step.target(0);
  const auto store = fresh ? kernels::Store::write : kernels::Store::add;
  if (of_b == nullptr) return kernels::add_matmul_bt(step.upstream(), step.input(1), of_a, store);
  kernels::add_product_gradients(step.input(0), step.input(1), step.upstream(), of_a, store, *of_b);
}

}  // namespace

Variable matmul(Variable a, const Variable& b) {
  const Reads reads = reads_of_product(a, b);
  Tensor y = kernels::matmul(a.value(), b.value());
  return make_operation("matmul", std::move(y), {std::move(a), b}, reads, add_product_gradients);
}

Variable linear(Variable a, const Variable& b, const Variable& row, Rectified rectified) {
  const Reads reads = reads_of(reads_of_product(a, b), rectified);
  Tensor y = kernels::linear(a.value(), b.value(), row.value(), rectified);
  return make_operation("linear", std::move(y), {std::move(a), b, row}, reads, [rectified](BackwardStep& step) {
    add_row_gradient(step, 2, rectified);
    add_product_gradients(step);
  });
}

Variable add_matmul(Variable c, Variable a, const Variable& b) {
  const Reads reads = reads_of_product(a, b);
  Tensor sum = c.memory_for_result();
  if (sum.data() != c.value().data()) std::copy_n(c.value().data(), sum.size(), sum.data());
  kernels::add_matmul(a.value(), b.value(), sum);
  return make_operation("add_matmul", std::move(sum), {std::move(a), b, std::move(c)}, reads, [](BackwardStep& step) {
    add_product_gradients(step);
    if (step.wants(2)) step.hand_on(2);
  });
}

Variable matmul(const SparseMatrix& a, const Variable& b) {
  return make_operation("sparse matmul", kernels::matmul(a, b.value()), {b}, Reads::nothing(),
                        [a](BackwardStep& step) { kernels::add_matmul_at(a, step.upstream(), step.gradient(0)); });
}

Variable transpose(Variable x) {
  Tensor y = kernels::transpose(x.value());
  return make_operation("transpose", std::move(y), {std::move(x)}, Reads::nothing(),
                        [](BackwardStep& step) { kernels::add_transposed(step.upstream(), step.gradient(0)); });
}

Variable add_row(Variable x, const Variable& row) {
  kernels::require_fit(row.value().size() == x.value().columns(), "add_row", x.value(), row.value());
  Tensor y = x.memory_for_result();
  kernels::add_row(x.value(), row.value(), y);
  return make_operation("add_row", std::move(y), {std::move(x), row}, Reads::nothing(), [](BackwardStep& step) {
    if (step.wants(1)) kernels::add_column_sums(step.upstream(), step.gradient(1));
    if (step.wants(0)) step.hand_on(0);
  });
}

Variable multiply_row(Variable x, const Variable& row) {
  const Reads reads = reads_of_product(x, row);
  Tensor y = kernels::multiply_row(x.value(), row.value());
  return make_operation("multiply_row", std::move(y), {std::move(x), row}, reads, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_multiplied_row(step.upstream(), step.input(1), step.gradient(0));
    if (step.wants(1)) kernels::add_column_dots(step.upstream(), step.input(0), step.gradient(1));
  });
}

Variable multiply_column(Variable x, const Variable& column) {
  const Reads reads = reads_of_product(x, column);
  Tensor y = kernels::multiply_column(x.value(), column.value());
  return make_operation("multiply_column", std::move(y), {std::move(x), column}, reads, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_multiplied_column(step.upstream(), step.input(1), step.gradient(0));
    if (step.wants(1)) kernels::add_row_dots(step.upstream(), step.input(0), step.gradient(1));
  });
}

Variable sum(Variable x) {
  Tensor y(Shape{}, static_cast<Real>(kernels::sum(x.value())));
  return make_operation("sum", std::move(y), {std::move(x)}, Reads::nothing(), [](BackwardStep& step) {
    kernels::add_map(step.gradient(0), [u = step.upstream().item()]() { return u; });
  });
}

Variable mean(Variable x) {
  const auto share = static_cast<Real>(x.value().size() > 0 ? 1.0 / static_cast<double>(x.value().size()) : 0.0);
  return scale(sum(std::move(x)), share);
}

Variable sum_rows(Variable x) {
  Tensor y = kernels::sum_rows(x.value());
  return make_operation("sum_rows", std::move(y), {std::move(x)}, Reads::nothing(),
                        [](BackwardStep& step) { kernels::add_column(step.upstream(), step.gradient(0)); });
}

Variable reshape(Variable x, const Shape& shape) {
  Tensor y = x.value().reshaped(shape);
  return make_operation("reshape", std::move(y), {std::move(x)}, Reads::nothing(),
                        [](BackwardStep& step) { step.hand_on(0); });
}

Variable concat_columns(std::span<const Variable> parts) {
  std::vector<Tensor> values;
  for (const Variable& part : parts) values.push_back(part.value());
  return make_operation("concat_columns", kernels::concat_columns(values), {parts.begin(), parts.end()},
                        Reads::nothing(), [count = parts.size()](BackwardStep& step) {
                          Index first = 0;
                          for (std::size_t part = 0; part < count; ++part) {
                            if (step.wants(part)) kernels::add_columns_of(step.upstream(), first, step.gradient(part));
                            first += step.shape(part)[1];
                          }
                        });
}

Variable slice_columns(Variable x, Index begin, Index end) {
  Tensor y = kernels::slice_columns(x.value(), begin, end);
  return make_operation("slice_columns", std::move(y), {std::move(x)}, Reads::nothing(), [begin](BackwardStep& step) {
    kernels::add_to_columns(step.upstream(), begin, step.gradient(0));
  });
}

Variable slice_rows(Variable x, Index begin, Index end) {
  kernels::require_matrix("slice_rows", x.value());
  if (begin == 0 && end == x.value().rows()) return x;
  Tensor y = kernels::slice_rows(x.value(), begin, end);
  return make_operation("slice_rows", std::move(y), {std::move(x)}, Reads::nothing(), [begin](BackwardStep& step) {
    kernels::add_to_rows(step.upstream(), begin, step.gradient(0));
  });
}

Variable gather_rows(Variable x, std::span<const NodeId> ids) {
  kernels::require_matrix("gather_rows", x.value());
  Tensor y = Tensor::uninitialized(Shape{static_cast<Index>(ids.size()), x.value().columns()});
  kernels::gather_rows(x.value(), ids, y);
  return make_operation("gather_rows", std::move(y), {std::move(x)}, Reads::nothing(),
                        [rows = std::vector<NodeId>(ids.begin(), ids.end())](BackwardStep& step) {
                          kernels::add_gathered_back(step.upstream(), rows, step.gradient(0));
                        });
}

Variable head_dot(Variable x, const Variable& a) {
  const Reads reads = reads_of_product(x, a);
  Tensor y = kernels::head_dot(x.value(), a.value());
  return make_operation("head_dot", std::move(y), {std::move(x), a}, reads, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_head_dot_x_gradient(step.upstream(), step.input(1), step.gradient(0));
    if (step.wants(1)) kernels::add_head_dot_a_gradient(step.upstream(), step.input(0), step.gradient(1));
  });
}

Variable mean_heads(Variable x, Index heads) {
  Tensor y = kernels::mean_heads(x.value(), heads);
  return make_operation("mean_heads", std::move(y), {std::move(x)}, Reads::nothing(), [heads](BackwardStep& step) {
    kernels::add_mean_heads_gradient(step.upstream(), heads, step.gradient(0));
  });
}

}  // namespace cairn
