#include "kernels/normalize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/each_row.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

Tensor normalize_rows(const Tensor& x, Real epsilon, Tensor& inverse_deviation) {
  require_matrix("normalize_rows", x);
  const Index width = x.columns();
  const Real share = 1 / static_cast<Real>(std::max<Index>(1, width));
  Tensor y = Tensor::uninitialized(x.shape());
  inverse_deviation = Tensor::uninitialized(Shape{x.rows()});
  each_row(x.rows(), width, [&](Index i) {
    const Real* const from = x.data() + i * width;
    Real mean = 0;
    for (Index j = 0; j < width; ++j) mean += from[j];
    mean *= share;
    Real variance = 0;
    for (Index j = 0; j < width; ++j) variance += (from[j] - mean) * (from[j] - mean);
    const Real inverse = 1 / std::sqrt(variance * share + epsilon);
    inverse_deviation.data()[i] = inverse;
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] = (from[j] - mean) * inverse;
  });
  return y;
}

void add_normalize_rows_gradient(const Tensor& y, const Tensor& inverse_deviation, const Tensor& upstream,
                                 Tensor& gradient) {
  const Index width = y.columns();
  const Real share = 1 / static_cast<Real>(std::max<Index>(1, width));
  each_row(y.rows(), width, [&](Index i) {
    const Real* const value = y.data() + i * width;
    const Real* const u = upstream.data() + i * width;
    Real mean_u = 0;
    Real mean_uy = 0;
    for (Index j = 0; j < width; ++j) {
      mean_u += u[j];
      mean_uy += u[j] * value[j];
    }
    mean_u *= share;
    mean_uy *= share;
    const Real inverse = inverse_deviation.data()[i];
    for (Index j = 0; j < width; ++j) gradient.data()[i * width + j] += inverse * (u[j] - mean_u - value[j] * mean_uy);
  });
}

namespace {

/// means[j] = sum over rows of term(i, j) / rows, in double, in blocks of rows added in their order; 0 of no rows.
template <class Term>
Tensor column_means(const Tensor& x, const Term& term) {
  const Index width = x.columns();
  const Index block = block_rows(width);
  const Index blocks = (x.rows() + block - 1) / block;
  std::vector<double> partial(static_cast<std::size_t>(blocks * width));
  parallel_blocks(x.rows(), block, [&](Index begin, Index end) {
    double* const sums = partial.data() + begin / block * width;
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j < width; ++j) sums[j] += static_cast<double>(term(i * width + j, j));
    }
  });
  const double count = std::max<double>(1, static_cast<double>(x.rows()));
  Tensor means = Tensor::uninitialized(Shape{width});
  for (Index j = 0; j < width; ++j) {
    double sum = 0;
    for (Index b = 0; b < blocks; ++b) sum += partial[static_cast<std::size_t>(b * width + j)];
    means.data()[j] = static_cast<Real>(sum / count);
  }
  return means;
}

}  // namespace

ColumnStatistics column_statistics(const Tensor& x, Real epsilon) {
  require_matrix("normalize_columns", x);
  const Real* const value = x.data();
  ColumnStatistics statistics;
  statistics.mean = column_means(x, [=](Index place, Index) { return value[place]; });
  statistics.variance = column_means(x, [=, mean = statistics.mean.data()](Index place, Index j) {
    const Real centered = value[place] - mean[j];
    return centered * centered;
  });
  statistics.inverse_deviation = Tensor::uninitialized(statistics.variance.shape());
  for (Index j = 0; j < x.columns(); ++j) {
    statistics.inverse_deviation.data()[j] = 1 / std::sqrt(statistics.variance.data()[j] + epsilon);
  }
  return statistics;
}

Tensor normalize_columns(const Tensor& x, const ColumnStatistics& statistics) {
  const Index width = x.columns();
  const Real* const mean = statistics.mean.data();
  const Real* const inverse = statistics.inverse_deviation.data();
  Tensor y = Tensor::uninitialized(x.shape());
  each_row(x.rows(), width, [&](Index i) {
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] = (x.data()[i * width + j] - mean[j]) * inverse[j];
  });
  return y;
}

void add_normalize_columns_gradient(const Tensor& y, const Tensor& inverse_deviation, const Tensor& upstream,
                                    Tensor& gradient) {
  const Real* const value = y.data();
  const Real* const u = upstream.data();
  const Tensor mean_u = column_means(y, [=](Index place, Index) { return u[place]; });
  const Tensor mean_uy = column_means(y, [=](Index place, Index) { return u[place] * value[place]; });
  const Index width = y.columns();
  each_row(y.rows(), width, [&](Index i) {
    for (Index j = 0; j < width; ++j) {
      const Index place = i * width + j;
      gradient.data()[place] +=
          inverse_deviation.data()[j] * (u[place] - mean_u.data()[j] - value[place] * mean_uy.data()[j]);
    }
  });
}

}  // namespace cairn::kernels
