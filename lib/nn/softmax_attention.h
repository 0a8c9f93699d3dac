#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "kernels/dense_attention.h"
#include "nn/linear.h"

namespace cairn {

/// What a SoftmaxAttention is made of.
struct SoftmaxAttentionOptions {
  Index in = 0;                 ///< columns of the content x
  Index position = 0;           ///< columns of the position encoding; 0: there is none
  Index width = 32;             ///< D, a multiple of heads
  Index heads = 1;              ///< H
  Index key_width = 32;         ///< d, of a query and of a key of one head
  bool content_logits = false;  ///< whether content says who attends to whom, beside positions
};

/// One layer of softmax attention, every node over all nodes of its graph:
///   q_u = p_u Q (+ x_u Q_x) + b,   k_v = p_v K (+ x_v K_x),   y_u = sum over v of softmax_v(<q_u, k_v> / sqrt(d)) x_v
///   V
/// for each head, heads side by side. Without content_logits the weights come from positions p alone. Keys have no
/// bias: it would add the same to all logits of a row. No residual and no output map: a model adds them.
/// Dense, the reference that kernelized attention is compared with: H n^2 weights of each graph of n nodes are held
/// until backward(). Source: Vaswani et al., NIPS 2017, eq. 1; maps of their own for positions and content are ours.
class SoftmaxAttention : public Module {
 public:
  /// Throws UsageError for widths below 1, heads that do not divide D, and logits that read nothing.
  SoftmaxAttention(const SoftmaxAttentionOptions& options, Rng& rng);

  /// x: [N, in]; position: [N, position], not defined where there is none; blocks: kernels::attention_blocks of the
  /// graphs. Returns [N, D]; a graph of one node attends to itself. Throws ShapeError where they do not fit.
  Variable forward(const Input& x, const Variable& position,
                   const std::shared_ptr<const kernels::AttentionBlocks>& blocks) const;
  /// D.
  Index out_width() const { return options_.width; }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  /// Queries and keys as one input gives them: [.., H d] each.
  struct LogitMaps {
    LogitMaps(Index in, const SoftmaxAttentionOptions& options, bool bias, Rng& rng);

    Linear query;
    Linear key;
  };

  SoftmaxAttentionOptions options_;
  std::optional<LogitMaps> of_position_;
  std::optional<LogitMaps> of_content_;
  Linear value_;
};

}  // namespace cairn
