#include <fmt/format.h>

#include "kernels/propagation.h"
#include "kernels/row_sums.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {

void check(const Propagation& propagation, const Tensor& x, const Tensor& y) {
  if (x.rows() != propagation.source_count() || y.rows() != propagation.target_count() || x.columns() != y.columns()) {
    throw ShapeError(fmt::format("propagate: {} sources and {} targets do not fit {} and {}",
                                 propagation.source_count(), propagation.target_count(), to_string(x.shape()),
                                 to_string(y.shape())));
  }
}

const Real* data_or_null(std::span<const Real> weights) { return weights.empty() ? nullptr : weights.data(); }

RowPicks picks_of(const Propagation& propagation) {
  return {propagation.offsets(), propagation.sources(), data_or_null(propagation.weights())};
}

void propagate_back(const Propagation& propagation, const Tensor& y, Tensor& x, Store store) {
  check(propagation, x, y);
  const auto back = propagation.transposed();
  row_sums({back.offsets, back.targets, data_or_null(back.weights)}, source_rows(y), result_rows(x, store));
}

}  // namespace

void add_propagated(const Propagation& propagation, const Tensor& x, Tensor& y) {
  check(propagation, x, y);
  row_sums(picks_of(propagation), source_rows(x), result_rows(y, Store::add));
}

Tensor propagate(const Propagation& propagation, const Tensor& x) {
  Tensor y = Tensor::uninitialized({propagation.target_count(), x.columns()});
  check(propagation, x, y);
  row_sums(picks_of(propagation), source_rows(x), result_rows(y));
  return y;
}

Tensor propagate(const Propagation& propagation, const Tensor& x, const Tensor& row, Rectified rectified) {
  Tensor y = Tensor::uninitialized({propagation.target_count(), x.columns()});
  check(propagation, x, y);
  require_fit(row.size() == x.columns(), "propagate", x, row);
  row_sums(picks_of(propagation), source_rows(x), {y.data(), y.columns(), Store::write, row.data(), rectified});
  return y;
}

void add_propagated_back(const Propagation& propagation, const Tensor& y, Tensor& x) {
  propagate_back(propagation, y, x, Store::add);
}

void propagate_back(const Propagation& propagation, const Tensor& y, Tensor& x) {
  propagate_back(propagation, y, x, Store::write);
}

}  // namespace cairn::kernels
