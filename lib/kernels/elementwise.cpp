#include "kernels/elementwise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "kernels/each_row.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

constexpr Index rows_per_partial = 1024;

void check_row(const Tensor& x, const Tensor& row) {
  if (x.columns() != row.size()) {
    throw ShapeError(fmt::format("row of {} values does not fit {}", row.size(), to_string(x.shape())));
  }
}

/// part(begin, end) of fixed blocks, added in their order.
template <class Part>
double sum_of_blocks(Index count, const Part& part) {
  const Index block = detail::elementwise_block;
  std::vector<double> parts(static_cast<std::size_t>((count + block - 1) / block));
  parallel_blocks(count, block,
                  [&](Index begin, Index end) { parts[static_cast<std::size_t>(begin / block)] = part(begin, end); });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

/// row += what add(begin, end, sum) adds to sum for blocks of rows of x, in their order. row: x's width.
template <class Add>
void add_sums_of_blocks(const Tensor& x, Tensor& row, const Add& add) {
  check_row(x, row);
  const Index width = row.size();
  const Index blocks = (x.rows() + rows_per_partial - 1) / rows_per_partial;
  Tensor partial({blocks, width});
  parallel_blocks(x.rows(), rows_per_partial,
                  [&](Index begin, Index end) { add(begin, end, partial.data() + begin / rows_per_partial * width); });
  for (Index b = 0; b < blocks; ++b) {
    for (Index j = 0; j < width; ++j) row.data()[j] += partial.data()[b * width + j];
  }
}

void check_ids(const Tensor& x, std::span<const NodeId> ids, const Tensor& y) {
  if (y.rows() != static_cast<Index>(ids.size()) || x.columns() != y.columns()) {
    throw ShapeError(
        fmt::format("gather: {} ids of {} do not give {}", ids.size(), to_string(x.shape()), to_string(y.shape())));
  }
  for (const NodeId id : ids) {
    if (id < 0 || id >= x.rows()) throw ShapeError(fmt::format("gather: id {} of {} rows", id, x.rows()));
  }
}

}  // namespace

void detail::check_same_size(const Tensor& y, const Tensor& x) {
  if (y.size() != x.size()) {
    throw ShapeError(fmt::format("elementwise: {} and {} differ in size", to_string(y.shape()), to_string(x.shape())));
  }
}

void elu(const Tensor& x, Tensor& y) {
  detail::check_same_size(y, x);
  parallel_blocks(y.size(), detail::elementwise_block,
                  [&](Index begin, Index end) { vector_kernels().elu(x.data(), y.data(), begin, end); });
}

void relu(const Tensor& x, Tensor& y) {
  map(
      y, [](Real value) { return value < 0 ? Real(0) : value; }, x);  // in this form a NaN stays one
}

void add_scaled(const Tensor& x, Real scale, Tensor& y) {
  add_map(
      y, [scale](Real value) { return scale * value; }, x);
}

void add_row(const Tensor& x, const Tensor& row, Tensor& y) {
  check_row(x, row);
  detail::check_same_size(y, x);
  const Index width = x.columns();
  each_row(x.rows(), x.columns(), [&](Index i) {
    for (Index j = 0; j < width; ++j) y.data()[i * width + j] = x.data()[i * width + j] + row.data()[j];
  });
}

void add_column_sums(const Tensor& x, Tensor& row) {
  add_sums_of_blocks(x, row, [&](Index begin, Index end, Real* sum) {
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j < row.size(); ++j) sum[j] += x.data()[i * row.size() + j];
    }
  });
}

void rectify_back(const Tensor& y, Tensor& upstream, Tensor& row) {
  detail::check_same_size(y, upstream);
  add_sums_of_blocks(y, row, [&, width = row.size()](Index begin, Index end, Real* sum) {
    for (Index i = begin; i < end; ++i) {
      const Real* const value = y.data() + i * width;
      Real* const u = upstream.data() + i * width;
      for (Index j = 0; j < width; ++j) sum[j] += u[j] = value[j] > 0 ? u[j] : Real(0);
    }
  });
}

double sum(const Tensor& x) {
  return sum_of_blocks(x.size(),
                       [&](Index begin, Index end) { return std::accumulate(x.data() + begin, x.data() + end, 0.0); });
}

double dot(const Tensor& x, const Tensor& y) {
  detail::check_same_size(y, x);
  return sum_of_blocks(x.size(), [a = x.data(), b = y.data()](Index begin, Index end) {
    // Sums side by side: one alone would wait for each addition before the next.
    constexpr Index lanes = 8;
    std::array<double, lanes> sums{};
    const Index whole = end - (end - begin) % lanes;
    for (Index i = begin; i < whole; i += lanes) {
      for (Index j = 0; j < lanes; ++j) {
        sums[static_cast<std::size_t>(j)] += static_cast<double>(a[i + j]) * static_cast<double>(b[i + j]);
      }
    }
    for (Index i = whole; i < end; ++i) sums[0] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return std::accumulate(sums.begin(), sums.end(), 0.0);
  });
}

void softmax_rows(const Tensor& x, Tensor& y) {
  detail::check_same_size(y, x);
  const Index width = x.columns();
  if (width == 0) return;
  each_row(x.rows(), x.columns(), [&](Index i) {
    const Real* const from = x.data() + i * width;
    Real* const to = y.data() + i * width;
    const Real highest = *std::max_element(from, from + width);
    Real total = 0;
    for (Index j = 0; j < width; ++j) total += to[j] = std::exp(from[j] - highest);
    for (Index j = 0; j < width; ++j) to[j] /= total;
  });
}

void log_softmax_rows(const Tensor& x, Tensor& y) {
  detail::check_same_size(y, x);
  const Index width = x.columns();
  if (width == 0) return;
  each_row(x.rows(), x.columns(), [&](Index i) {
    const Real* const from = x.data() + i * width;
    Real* const to = y.data() + i * width;
    const Real highest = *std::max_element(from, from + width);
    Real total = 0;
    for (Index j = 0; j < width; ++j) total += std::exp(from[j] - highest);
    const Real shift = highest + std::log(total);
    for (Index j = 0; j < width; ++j) to[j] = from[j] - shift;
  });
}

void add_softmax_gradient(const Tensor& y, const Tensor& upstream, Tensor& gradient) {
  detail::check_same_size(y, upstream);
  detail::check_same_size(y, gradient);
  const Index width = y.columns();
  each_row(y.rows(), y.columns(), [&](Index i) {
    const Real* const value = y.data() + i * width;
    const Real* const u = upstream.data() + i * width;
    const Real mean = std::inner_product(value, value + width, u, Real(0));
    for (Index j = 0; j < width; ++j) gradient.data()[i * width + j] += value[j] * (u[j] - mean);
  });
}

void add_log_softmax_gradient(const Tensor& y, const Tensor& upstream, Tensor& gradient) {
  detail::check_same_size(y, upstream);
  detail::check_same_size(y, gradient);
  const Index width = y.columns();
  each_row(y.rows(), y.columns(), [&](Index i) {
    const Real* const u = upstream.data() + i * width;
    const Real total = std::accumulate(u, u + width, Real(0));
    for (Index j = 0; j < width; ++j)
      gradient.data()[i * width + j] += u[j] - std::exp(y.data()[i * width + j]) * total;
  });
}

void gather_rows(const Tensor& x, std::span<const NodeId> ids, Tensor& y) {
  check_ids(x, ids, y);
  const Index width = x.columns();
  each_row(y.rows(), y.columns(), [&](Index k) {
    std::copy_n(x.data() + ids[static_cast<std::size_t>(k)] * width, width, y.data() + k * width);
  });
}

void add_gathered_back(const Tensor& y, std::span<const NodeId> ids, Tensor& x) {
  check_ids(x, ids, y);
  const Index width = x.columns();
  for (Index k = 0; k < y.rows(); ++k) {
    Real* const to = x.data() + ids[static_cast<std::size_t>(k)] * width;
    for (Index j = 0; j < width; ++j) to[j] += y.data()[k * width + j];
  }
}

}  // namespace cairn::kernels
