#pragma once

#include "nn/graph_layer.h"

namespace cairn {

struct GatOptions {
  Index heads = 1;
  bool concatenate = true;  // the heads side by side, else their mean
  Real attention_dropout = 0;
  Real negative_slope = Real(0.2);
};

/// Graph attention: per head, h = x W, score of the arc u -> v = leaky_relu(a_s . h[u] + a_t . h[v]), and the sum of
/// h[u] weighted with the softmax of the scores over the arcs into v (its own self-loop among them), plus a bias. x:
/// [N, in]. Returns [N, heads * width] concatenated, [N, width] averaged. Source: Velickovic et al., ICLR 2018, eqs. 1
/// to 6, without the activation; the bias is ours.
class Gat : public GraphLayer {
 public:
  /// width: of one head. Throws UsageError unless heads >= 1 and the dropout is in [0, 1).
  Gat(Index in, Index width, const GatOptions& options, Rng& rng);

  std::optional<Normalization> normalization() const override { return Normalization::self_loops; }
  Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const override;
  Index out_width() const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  GatOptions options_;
  std::uint64_t key_;
  Variable weight_;        // [in, heads * width]
  Variable source_score_;  // [heads, width]
  Variable target_score_;  // [heads, width]
  Variable bias_;          // [out_width]
};

}  // namespace cairn
