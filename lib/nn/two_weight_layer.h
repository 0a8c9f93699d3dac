#pragma once

#include "nn/graph_layer.h"

namespace cairn {

/// Layers of the form x W_self + b + sign * P x W_neighbor, which differ only in P. x: [N, in]. Returns [N, out].
class TwoWeightLayer : public GraphLayer {
 public:
  Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const override;
  std::optional<Normalization> normalization() const override { return normalization_; }
  Index out_width() const override { return self_.value().columns(); }
  void visit(const ParameterVisitor& visitor) const override;

 protected:
  TwoWeightLayer(Index in, Index out, Normalization normalization, Rng& rng, bool subtract_neighbors = false);

 private:
  Normalization normalization_;
  bool subtract_neighbors_;
  Variable self_;      // [in, out]
  Variable neighbor_;  // [in, out]
  Variable bias_;      // [out]
};

/// GraphSAGE with the mean: x[v] W_self + mean of x over the neighbors W_neighbor + b; a node without neighbors adds 0.
/// Source: Hamilton, Ying and Leskovec, NeurIPS 2017, algorithm 1 with MEAN, W split in two, no activation, no
/// sampling.
class Sage : public TwoWeightLayer {
 public:
  Sage(Index in, Index out, Rng& rng) : TwoWeightLayer(in, out, Normalization::mean, rng) {}
};

/// Plain graph convolution: x[v] W_self + weighted sum of x over the neighbors W_neighbor + b.
/// Source: Morris et al., AAAI 2019, eq. 5, without its activation; the bias is ours.
class GraphConvolution : public TwoWeightLayer {
 public:
  GraphConvolution(Index in, Index out, Rng& rng) : TwoWeightLayer(in, out, Normalization::sum, rng) {}
};

/// Chebyshev filter with K = 2 terms: T_0(L') x W_self + T_1(L') x W_neighbor + b, L' = 2 L / lambda - I with lambda =
/// 2, hence -D^-1/2 A D^-1/2. Source: Defferrard, Bresson and Vandergheynst, NeurIPS 2016, eq. 4; lambda fixed at its
/// bound 2 is Kipf and Welling's.
class Chebyshev : public TwoWeightLayer {
 public:
  Chebyshev(Index in, Index out, Rng& rng) : TwoWeightLayer(in, out, Normalization::symmetric, rng, true) {}
};

}  // namespace cairn
