#pragma once

#include "nn/two_weight_layer.h"

namespace cairn {

/// Auto-regressive moving-average filter, one stack of one step: ReLU(D^-1/2 A D^-1/2 x W + x V + b).
/// x: [N, in]. Returns [N, out].
/// Source: Bianchi, Grattarola, Livi and Alippi, TPAMI 2021, eqs. 10 and 12 with K = T = 1; the activation belongs to
/// the step.
class Arma : public TwoWeightLayer {
 public:
  Arma(Index in, Index out, Rng& rng) : TwoWeightLayer(in, out, Normalization::symmetric, rng) {}
  Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const override;
};

}  // namespace cairn
