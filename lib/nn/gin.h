#pragma once

#include "nn/graph_layer.h"
#include "nn/linear.h"

namespace cairn {

/// Graph isomorphism layer MLP((1 + epsilon) x[v] + sum of x over the neighbors), MLP = linear, ReLU, linear.
/// x: [N, in]. Returns [N, out]. epsilon starts at 0 and is learned.
/// Source: Xu et al., ICLR 2019, eq. 4.1.
class Gin : public GraphLayer {
 public:
  /// inner: width between the two linear maps.
  Gin(Index in, Index inner, Index out, Rng& rng);

  std::optional<Normalization> normalization() const override { return Normalization::sum; }
  Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const override;
  Index out_width() const override { return second_.out_width(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Variable epsilon_;  // [1]
  Variable weight_;   // [in, inner]
  Variable bias_;     // [inner]
  Linear second_;
};

}  // namespace cairn
