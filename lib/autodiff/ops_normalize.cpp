#include "autodiff/ops_normalize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "kernels/elementwise.h"

namespace cairn {

namespace {

template <class Work>
void each_row(const Tensor& x, Work work) {
  parallel_blocks(x.rows(), block_rows(x.columns()), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) work(i);
  });
}

void require_matrix(std::string_view name, const Variable& x) {
  if (x.value().rank() != 2)
    throw ShapeError(fmt::format("{}: expected a matrix, found {}", name, to_string(x.shape())));
}

}  // namespace

Variable softmax(const Variable& x) {
  require_matrix("softmax", x);
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::softmax_rows(x.value(), y);
  return make_operation("softmax", std::move(y), {x}, [](BackwardStep& step) {
    kernels::add_softmax_gradient(step.output(), step.upstream(), step.gradient(0));
  });
}

Variable log_softmax(const Variable& x) {
  require_matrix("log_softmax", x);
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::log_softmax_rows(x.value(), y);
  return make_operation("log_softmax", std::move(y), {x}, [](BackwardStep& step) {
    kernels::add_log_softmax_gradient(step.output(), step.upstream(), step.gradient(0));
  });
}

Variable normalize_rows(const Variable& x, Real epsilon) {
  require_matrix("normalize_rows", x);
  const Tensor& value = x.value();
  const auto width = static_cast<Real>(value.columns());
  Tensor y = Tensor::uninitialized(value.shape());
  Tensor inverse_deviation = Tensor::uninitialized(Shape{value.rows()});
  each_row(value, [&](Index i) {
    Real mean = 0;
    for (const Real v : value.row(i)) mean += v;
    mean /= width;
    Real variance = 0;
    for (const Real v : value.row(i)) variance += (v - mean) * (v - mean);
    const Real inverse = 1 / std::sqrt(variance / width + epsilon);
    inverse_deviation.data()[i] = inverse;
    for (Index j = 0; j < value.columns(); ++j) y.at(i, j) = (value.at(i, j) - mean) * inverse;
  });
  return make_operation("normalize_rows", std::move(y), {x}, [inverse_deviation, width](BackwardStep& step) {
    // dx = (u - mean(u) - y mean(u y)) / deviation
    Tensor& gradient = step.gradient(0);
    each_row(gradient, [&](Index i) {
      Real mean_u = 0;
      Real mean_uy = 0;
      for (Index j = 0; j < gradient.columns(); ++j) {
        mean_u += step.upstream().at(i, j);
        mean_uy += step.upstream().at(i, j) * step.output().at(i, j);
      }
      mean_u /= width;
      mean_uy /= width;
      for (Index j = 0; j < gradient.columns(); ++j) {
        gradient.at(i, j) +=
            inverse_deviation.data()[i] * (step.upstream().at(i, j) - mean_u - step.output().at(i, j) * mean_uy);
      }
    });
  });
}

namespace {

/// totals[j] = sum over rows of term(i, j), in double, in blocks of rows added in their order.
template <class Term>
std::vector<double> column_totals(Index rows, Index width, Term term) {
  const Index block = block_rows(width);
  const Index blocks = (rows + block - 1) / block;
  std::vector<double> partial(static_cast<std::size_t>(blocks * width));
  parallel_blocks(rows, block, [&](Index begin, Index end) {
    double* total = partial.data() + begin / block * width;
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j < width; ++j) total[j] += static_cast<double>(term(i, j));
    }
  });
  std::vector<double> totals(static_cast<std::size_t>(width));
  for (std::size_t k = 0; k < partial.size(); ++k) totals[k % static_cast<std::size_t>(width)] += partial[k];
  return totals;
}

}  // namespace

Variable normalize_columns(const Variable& x, Real epsilon, Tensor& batch_mean, Tensor& batch_variance) {
  require_matrix("normalize_columns", x);
  const Tensor& value = x.value();
  const Index width = value.columns();
  const double count = std::max<double>(1, static_cast<double>(value.rows()));
  batch_mean = Tensor::uninitialized(Shape{width});
  batch_variance = Tensor::uninitialized(Shape{width});
  Tensor inverse_deviation = Tensor::uninitialized(Shape{width});
  const std::vector<double> sums = column_totals(value.rows(), width, [&](Index i, Index j) { return value.at(i, j); });
  for (Index j = 0; j < width; ++j) batch_mean.data()[j] = static_cast<Real>(sums[static_cast<std::size_t>(j)] / count);
  const std::vector<double> squares = column_totals(value.rows(), width, [&](Index i, Index j) {
    const Real centered = value.at(i, j) - batch_mean.data()[j];
    return centered * centered;
  });
  for (Index j = 0; j < width; ++j) {
    batch_variance.data()[j] = static_cast<Real>(squares[static_cast<std::size_t>(j)] / count);
    inverse_deviation.data()[j] = 1 / std::sqrt(batch_variance.data()[j] + epsilon);
  }
  Tensor y = Tensor::uninitialized(value.shape());
  each_row(value, [&](Index i) {
    for (Index j = 0; j < width; ++j)
      y.at(i, j) = (value.at(i, j) - batch_mean.data()[j]) * inverse_deviation.data()[j];
  });
  return make_operation("normalize_columns", std::move(y), {x}, [inverse_deviation, count](BackwardStep& step) {
    Tensor& gradient = step.gradient(0);
    const Tensor& u = step.upstream();
    const Tensor& out = step.output();
    const Index columns = gradient.columns();
    const auto sum_u = column_totals(u.rows(), columns, [&](Index i, Index j) { return u.at(i, j); });
    const auto sum_uy = column_totals(u.rows(), columns, [&](Index i, Index j) { return u.at(i, j) * out.at(i, j); });
    each_row(gradient, [&](Index i) {
      for (Index j = 0; j < columns; ++j) {
        const auto mean_u = static_cast<Real>(sum_u[static_cast<std::size_t>(j)] / count);
        const auto mean_uy = static_cast<Real>(sum_uy[static_cast<std::size_t>(j)] / count);
        gradient.at(i, j) += inverse_deviation.data()[j] * (u.at(i, j) - mean_u - out.at(i, j) * mean_uy);
      }
    });
  });
}

}  // namespace cairn
