#include "autodiff/ops_dense.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "autodiff/ops_elementwise.h"
#include "core/parallel.h"
#include "kernels/dense.h"
#include "kernels/elementwise.h"

namespace cairn {

namespace {

void require(bool fits, std::string_view name, const Variable& a, const Variable& b) {
  if (!fits) throw ShapeError(fmt::format("{}: {} does not fit {}", name, to_string(b.shape()), to_string(a.shape())));
}

void require_matrix(std::string_view name, const Variable& x) {
  if (x.value().rank() != 2)
    throw ShapeError(fmt::format("{}: expected a matrix, found {}", name, to_string(x.shape())));
}

/// work(row) for all rows, in parallel; each row's work touches about `width` values.
template <class Work>
void each_row(Index rows, Index width, Work work) {
  parallel_blocks(rows, block_rows(width), [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) work(row);
  });
}

/// sums[j] += sum over rows i of a[i, j] * b[i, j].
void add_column_dots(const Tensor& a, const Tensor& b, Tensor& sums) {
  Tensor product = Tensor::uninitialized(a.shape());
  kernels::map(
      product, [](Real l, Real r) { return l * r; }, a, b);
  kernels::add_column_sums(product, sums);
}

}  // namespace

Variable matmul(const Variable& a, const Variable& b) {
  return make_operation("matmul", kernels::matmul(a.value(), b.value()), {a, b}, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_matmul_bt(step.upstream(), step.input(1), step.gradient(0));
    if (step.wants(1)) kernels::add_matmul_at(step.input(0), step.upstream(), step.gradient(1));
  });
}

Variable matmul(const SparseMatrix& a, const Variable& b) {
  return make_operation("sparse matmul", kernels::matmul(a, b.value()), {b},
                        [a](BackwardStep& step) { kernels::add_matmul_at(a, step.upstream(), step.gradient(0)); });
}

Variable transpose(const Variable& x) {
  require_matrix("transpose", x);
  const Index rows = x.value().rows();
  const Index columns = x.value().columns();
  Tensor y = Tensor::uninitialized(Shape{columns, rows});
  each_row(columns, rows, [&](Index j) {
    for (Index i = 0; i < rows; ++i) y.at(j, i) = x.value().at(i, j);
  });
  return make_operation("transpose", std::move(y), {x}, [](BackwardStep& step) {
    Tensor& gradient = step.gradient(0);
    each_row(gradient.rows(), gradient.columns(), [&](Index i) {
      for (Index j = 0; j < gradient.columns(); ++j) gradient.at(i, j) += step.upstream().at(j, i);
    });
  });
}

Variable add_row(const Variable& x, const Variable& row) {
  require(row.value().size() == x.value().columns(), "add_row", x, row);
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::add_row(x.value(), row.value(), y);
  return make_operation("add_row", std::move(y), {x, row}, [](BackwardStep& step) {
    if (step.wants(0)) kernels::add_scaled(step.upstream(), 1, step.gradient(0));
    if (step.wants(1)) kernels::add_column_sums(step.upstream(), step.gradient(1));
  });
}

Variable multiply_row(const Variable& x, const Variable& row) {
  require(row.value().size() == x.value().columns(), "multiply_row", x, row);
  Tensor y = Tensor::uninitialized(x.shape());
  each_row(y.rows(), y.columns(), [&](Index i) {
    for (Index j = 0; j < y.columns(); ++j) y.at(i, j) = x.value().at(i, j) * row.value().data()[j];
  });
  return make_operation("multiply_row", std::move(y), {x, row}, [](BackwardStep& step) {
    const Tensor& upstream = step.upstream();
    if (step.wants(0)) {
      Tensor& gradient = step.gradient(0);
      each_row(upstream.rows(), upstream.columns(), [&](Index i) {
        for (Index j = 0; j < upstream.columns(); ++j) gradient.at(i, j) += upstream.at(i, j) * step.input(1).data()[j];
      });
    }
    if (step.wants(1)) add_column_dots(upstream, step.input(0), step.gradient(1));
  });
}

Variable multiply_column(const Variable& x, const Variable& column) {
  require(column.value().size() == x.value().rows(), "multiply_column", x, column);
  Tensor y = Tensor::uninitialized(x.shape());
  each_row(y.rows(), y.columns(), [&](Index i) {
    for (Index j = 0; j < y.columns(); ++j) y.at(i, j) = x.value().at(i, j) * column.value().data()[i];
  });
  return make_operation("multiply_column", std::move(y), {x, column}, [](BackwardStep& step) {
    const Tensor& upstream = step.upstream();
    if (step.wants(1)) {
      Tensor& gradient = step.gradient(1);
      each_row(upstream.rows(), upstream.columns(), [&](Index i) {
        Real dot = 0;
        for (Index j = 0; j < upstream.columns(); ++j) dot += upstream.at(i, j) * step.input(0).at(i, j);
        gradient.data()[i] += dot;
      });
    }
    if (!step.wants(0)) return;
    Tensor& gradient = step.gradient(0);
    each_row(upstream.rows(), upstream.columns(), [&](Index i) {
      for (Index j = 0; j < upstream.columns(); ++j) gradient.at(i, j) += upstream.at(i, j) * step.input(1).data()[i];
    });
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
  const Tensor& value = x.value();
  Tensor y = Tensor::uninitialized(Shape{value.rows()});
  each_row(value.rows(), value.columns(), [&](Index i) {
    Real total = 0;
    for (const Real v : value.row(i)) total += v;
    y.data()[i] = total;
  });
  return make_operation("sum_rows", std::move(y), {x}, [](BackwardStep& step) {
    Tensor& gradient = step.gradient(0);
    each_row(gradient.rows(), gradient.columns(), [&](Index i) {
      for (Real& v : gradient.row(i)) v += step.upstream().data()[i];
    });
  });
}

Variable reshape(const Variable& x, const Shape& shape) {
  return make_operation("reshape", x.value().reshaped(shape), {x}, [](BackwardStep& step) {
    kernels::add_scaled(step.upstream().reshaped(step.input(0).shape()), 1, step.gradient(0));
  });
}

Variable concat_columns(std::span<const Variable> parts) {
  if (parts.empty()) throw ShapeError("concat_columns: expected at least one part");
  std::vector<Index> first_column{0};
  for (const Variable& part : parts) {
    require_matrix("concat_columns", part);
    require(part.value().rows() == parts[0].value().rows(), "concat_columns", parts[0], part);
    first_column.push_back(first_column.back() + part.value().columns());
  }
  Tensor y = Tensor::uninitialized(Shape{parts[0].value().rows(), first_column.back()});
  each_row(y.rows(), y.columns(), [&](Index i) {
    auto to = y.row(i).begin();
    for (const Variable& part : parts) to = std::copy(part.value().row(i).begin(), part.value().row(i).end(), to);
  });
  return make_operation("concat_columns", std::move(y), {parts.begin(), parts.end()},
                        [first_column](BackwardStep& step) {
                          for (std::size_t part = 0; part + 1 < first_column.size(); ++part) {
                            if (!step.wants(part)) continue;
                            Tensor& gradient = step.gradient(part);
                            each_row(gradient.rows(), gradient.columns(), [&](Index i) {
                              for (Index j = 0; j < gradient.columns(); ++j)
                                gradient.at(i, j) += step.upstream().at(i, first_column[part] + j);
                            });
                          }
                        });
}

Variable slice_columns(const Variable& x, Index begin, Index end) {
  require_matrix("slice_columns", x);
  if (begin < 0 || begin > end || end > x.value().columns()) {
    throw ShapeError(fmt::format("slice_columns: {} has no columns {} to {}", to_string(x.shape()), begin, end));
  }
  Tensor y = Tensor::uninitialized(Shape{x.value().rows(), end - begin});
  each_row(y.rows(), y.columns(), [&](Index i) {
    for (Index j = begin; j < end; ++j) y.at(i, j - begin) = x.value().at(i, j);
  });
  return make_operation("slice_columns", std::move(y), {x}, [begin](BackwardStep& step) {
    Tensor& gradient = step.gradient(0);
    each_row(gradient.rows(), step.upstream().columns(), [&](Index i) {
      for (Index j = 0; j < step.upstream().columns(); ++j) gradient.at(i, begin + j) += step.upstream().at(i, j);
    });
  });
}

Variable gather_rows(const Variable& x, std::span<const NodeId> ids) {
  require_matrix("gather_rows", x);
  Tensor y = Tensor::uninitialized(Shape{static_cast<Index>(ids.size()), x.value().columns()});
  kernels::gather_rows(x.value(), ids, y);
  return make_operation("gather_rows", std::move(y), {x},
                        [rows = std::vector<NodeId>(ids.begin(), ids.end())](BackwardStep& step) {
                          kernels::add_gathered_back(step.upstream(), rows, step.gradient(0));
                        });
}

Variable head_dot(const Variable& x, const Variable& a) {
  const Index heads = a.value().rows();
  const Index width = a.value().columns();
  require(x.value().columns() == heads * width, "head_dot", x, a);
  Tensor y = Tensor::uninitialized(Shape{x.value().rows(), heads});
  each_row(y.rows(), heads * width, [&](Index i) {
    const Real* from = x.value().row(i).data();
    for (Index h = 0; h < heads; ++h) {
      Real dot = 0;
      for (Index d = 0; d < width; ++d) dot += from[h * width + d] * a.value().at(h, d);
      y.at(i, h) = dot;
    }
  });
  return make_operation("head_dot", std::move(y), {x, a}, [width](BackwardStep& step) {
    const Tensor& upstream = step.upstream();
    const Tensor& weights = step.input(1);
    if (step.wants(0)) {
      Tensor& gradient = step.gradient(0);
      each_row(upstream.rows(), gradient.columns(), [&](Index i) {
        for (Index h = 0; h < upstream.columns(); ++h) {
          for (Index d = 0; d < width; ++d) gradient.at(i, h * width + d) += upstream.at(i, h) * weights.at(h, d);
        }
      });
    }
    if (step.wants(1)) {
      const Tensor& x_value = step.input(0);
      Tensor weighted = Tensor::uninitialized(x_value.shape());
      each_row(x_value.rows(), x_value.columns(), [&](Index i) {
        for (Index j = 0; j < x_value.columns(); ++j) weighted.at(i, j) = upstream.at(i, j / width) * x_value.at(i, j);
      });
      kernels::add_column_sums(weighted, step.gradient(1));
    }
  });
}

Variable mean_heads(const Variable& x, Index heads) {
  if (heads < 1 || x.value().columns() % heads != 0) {
    throw ShapeError(fmt::format("mean_heads: {} does not hold {} heads", to_string(x.shape()), heads));
  }
  const Index width = x.value().columns() / heads;
  const Real share = Real(1) / static_cast<Real>(heads);
  Tensor y(Shape{x.value().rows(), width});
  each_row(y.rows(), heads * width, [&](Index i) {
    for (Index h = 0; h < heads; ++h) {
      for (Index d = 0; d < width; ++d) y.at(i, d) += share * x.value().at(i, h * width + d);
    }
  });
  return make_operation("mean_heads", std::move(y), {x}, [heads, width, share](BackwardStep& step) {
    Tensor& gradient = step.gradient(0);
    each_row(gradient.rows(), heads * width, [&](Index i) {
      for (Index h = 0; h < heads; ++h) {
        for (Index d = 0; d < width; ++d) gradient.at(i, h * width + d) += share * step.upstream().at(i, d);
      }
    });
  });
}

}  // namespace cairn
