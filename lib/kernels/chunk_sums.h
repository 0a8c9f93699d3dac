#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace cairn::kernels::paths {

/// Gradients that each chunk of a level leaves, to be added in the order of the chunks. Where none is wanted, nothing.
class ChunkSums {
 public:
  ChunkSums(const Tensor* wanted, Index chunks)
      : size_(wanted == nullptr ? 0 : wanted->size()), sums_(static_cast<std::size_t>(chunks * size_), Real(0)) {}

  /// Null where the gradient is not wanted.
  Real* of(Index chunk) { return size_ == 0 ? nullptr : sums_.data() + chunk * size_; }
  void add_to(Tensor* total) const {
    for (std::size_t k = 0; k < sums_.size(); ++k) total->data()[k % static_cast<std::size_t>(size_)] += sums_[k];
  }

 private:
  Index size_;
  std::vector<Real> sums_;
};

}  // namespace cairn::kernels::paths
