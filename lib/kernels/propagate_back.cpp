#include <fmt/format.h>

#include "kernels/propagation.h"
#include "kernels/row_sums.h"

namespace cairn::kernels {

void propagate_back(const Propagation& propagation, const Tensor& y, Tensor& x) {
  if (x.rows() != propagation.source_count() || y.rows() != propagation.target_count() || x.columns() != y.columns()) {
    throw ShapeError(fmt::format("propagate back: {} sources and {} targets do not fit {} and {}",
                                 propagation.source_count(), propagation.target_count(), to_string(x.shape()),
                                 to_string(y.shape())));
  }
  const auto back = propagation.transposed();
  const Real* const weights = back.weights.empty() ? nullptr : back.weights.data();
  row_sums({back.offsets, back.targets, weights}, source_rows(y), x.data(), Store::write);
}

}  // namespace cairn::kernels
