#include "nn/two_weight_layer.h"

#include <utility>

#include "nn/propagated_product.h"

namespace cairn {

TwoWeightLayer::TwoWeightLayer(Index in, Index out, Normalization normalization, Rng& rng, bool subtract_neighbors)
    : normalization_(normalization),
      subtract_neighbors_(subtract_neighbors),
      self_(glorot_parameter(in, out, rng)),
      neighbor_(glorot_parameter(in, out, rng)),
      bias_(constant_parameter(Shape{out}, 0)) {}

Variable TwoWeightLayer::forward(const Propagation& propagation, const Input& x, const Pass&) const {
  Variable neighbors = propagated_product(propagation, x, neighbor_);
  Variable self = matmul(first_rows(x, propagation.target_count()), self_);
  Variable both = subtract_neighbors_ ? subtract(std::move(self), std::move(neighbors))
                                      : add(std::move(self), std::move(neighbors));
  return add_row(std::move(both), bias_);
}

void TwoWeightLayer::visit(const ParameterVisitor& visitor) const {
  visitor("self.weight", self_);
  visitor("neighbor.weight", neighbor_);
  visitor("bias", bias_, ParameterKind::bias);
}

}  // namespace cairn
