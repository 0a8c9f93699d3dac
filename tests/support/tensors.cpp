#include "support/tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace cairn::support {

Tensor random_tensor(const Shape& shape, Rng& rng) {
  Tensor tensor = Tensor::uninitialized(shape);
  for (Real& value : tensor.values()) value = rng.normal();
  return tensor;
}

Tensor move_rows(const Tensor& x, std::span<const NodeId> new_id) {
  Tensor moved = Tensor::uninitialized(x.shape());
  for (Index u = 0; u < x.rows(); ++u) {
    const auto from = x.row(u);
    std::copy(from.begin(), from.end(), moved.row(new_id[static_cast<std::size_t>(u)]).begin());
  }
  return moved;
}

double max_difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return std::numeric_limits<double>::infinity();
  double most = 0;
  for (Index i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a.data()[i]) - static_cast<double>(b.data()[i]));
    if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
    most = std::max(most, difference);
  }
  return most;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return false;
  return a.size() == 0 || std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(Real)) == 0;
}

}  // namespace cairn::support
