#pragma once

#include <cstdint>
#include <span>

#include "core/error.h"
#include "core/parallel.h"
#include "tensor/tensor.h"

namespace cairn::kernels {

namespace detail {
constexpr Index elementwise_block = 16384;  // values; one block costs about what starting a thread does
void check_same_size(const Tensor& y, const Tensor& x);
}  // namespace detail

/// y[i] = f(x[i]...) for every value. y may be one of the x. Throws ShapeError unless all have as many values as y.
template <class Function, class... Inputs>
void map(Tensor& y, const Function& f, const Inputs&... x) {
  (detail::check_same_size(y, x), ...);
  Real* const to = y.data();
  parallel_blocks(y.size(), detail::elementwise_block, [&](Index begin, Index end) {
    const auto run = [&](const auto*... from) {  // plain pointers: the compiler sees that only `to` is written
      for (Index i = begin; i < end; ++i) to[i] = f(from[i]...);
    };
    run(x.data()...);
  });
}

/// y[i] += f(x[i]...): how backward rules leave their result.
template <class Function, class... Inputs>
void add_map(Tensor& y, const Function& f, const Inputs&... x) {
  (detail::check_same_size(y, x), ...);
  Real* const to = y.data();
  parallel_blocks(y.size(), detail::elementwise_block, [&](Index begin, Index end) {
    const auto run = [&](const auto*... from) {
      for (Index i = begin; i < end; ++i) to[i] += f(from[i]...);
    };
    run(x.data()...);
  });
}

/// y[i] = x[i] where that is above 0, else exp(x[i]) - 1. y may be x. Throws ShapeError unless y has as many values.
void elu(const Tensor& x, Tensor& y);
/// y[i] = x[i], or 0 where that is below; NaN stays NaN. y may be x. Throws ShapeError as elu.
void relu(const Tensor& x, Tensor& y);
/// y += scale * x.
void add_scaled(const Tensor& x, Real scale, Tensor& y);
/// y[i, :] = x[i, :] + row. x, y: [N, M]; row: M values. y may be x.
void add_row(const Tensor& x, const Tensor& row, Tensor& y);
/// row += the sum over i of x[i, :]. Partial sums over fixed blocks of rows, added in their order.
void add_column_sums(const Tensor& x, Tensor& row);
/// The backward rule of y = relu(row in every row + ..): upstream = 0 where y is; row += the column sums of the rest,
/// as add_column_sums. upstream, y: [N, M]; row: M values.
void rectify_back(const Tensor& y, Tensor& upstream, Tensor& row);
/// Sum of all values, in double; partial sums over fixed blocks, added in their order.
double sum(const Tensor& x);
/// Sum of x[i] * y[i], as sum().
double dot(const Tensor& x, const Tensor& y);

/// y[i, :] = softmax of x[i, :] (or its logarithm). The highest value of a row is subtracted first. y may be x.
void softmax_rows(const Tensor& x, Tensor& y);
void log_softmax_rows(const Tensor& x, Tensor& y);
/// Backward rules: y is what the forward pass left; g += y (u - <y, u>) and g += u - exp(y) sum(u), row by row.
void add_softmax_gradient(const Tensor& y, const Tensor& upstream, Tensor& gradient);
void add_log_softmax_gradient(const Tensor& y, const Tensor& upstream, Tensor& gradient);

/// y[k, :] = x[ids[k], :]. Throws ShapeError where shapes do not fit or an id is out of range.
void gather_rows(const Tensor& x, std::span<const NodeId> ids, Tensor& y);
/// x[ids[k], :] += y[k, :]; ids may repeat. In the order of ids, on one thread: picks are few (a batch, a training
/// set).
void add_gathered_back(const Tensor& y, std::span<const NodeId> ids, Tensor& x);

}  // namespace cairn::kernels
