#pragma once

#include "nn/graph_layer.h"

namespace cairn {

/// x W + b; as a layer of a graph model it reads no arcs, and a stack of them is the MLP.
class Linear : public GraphLayer {
 public:
  /// W: Glorot; b: zero, or none without bias.
  Linear(Index in, Index out, Rng& rng, bool bias = true);

  /// x: [N, in]. Returns [N, out].
  Variable forward(const Input& x) const;
  Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const override;
  std::optional<Normalization> normalization() const override { return std::nullopt; }
  Index out_width() const override { return weight_.value().columns(); }
  void visit(const ParameterVisitor& visitor) const override;

  const Variable& weight() const { return weight_; }
  const Variable& bias() const { return bias_; }  // undefined without bias

 private:
  Variable weight_;  // [in, out]
  Variable bias_;    // [out], undefined without bias
};

}  // namespace cairn
