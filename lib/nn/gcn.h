#pragma once

#include "nn/graph_layer.h"

namespace cairn {

/// Graph convolution D^-1/2 (A + I) D^-1/2 x W + b, where D holds the row sums of A + I.
/// x: [N, in]. Returns [N, out]; a node without edges sees itself alone.
/// Source: Kipf and Welling, ICLR 2017, eq. 2, without its activation; the bias b is ours.
class Gcn : public GraphLayer {
 public:
  Gcn(Index in, Index out, Rng& rng);

  std::optional<Normalization> normalization() const override { return Normalization::symmetric_self_loops; }
  Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const override;
  Variable rectified(const Propagation& propagation, const Input& x, const Pass& pass) const override;
  Index out_width() const override { return weight_.value().columns(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Variable weight_;  // [in, out]
  Variable bias_;    // [out]
};

}  // namespace cairn
