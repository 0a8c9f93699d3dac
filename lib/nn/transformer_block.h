#pragma once

#include "nn/kernel_attention.h"
#include "nn/normalization.h"

namespace cairn {

/// x + drop(attention(norm(x))), then x + drop(perceptron(norm(x))): one layer of a transformer over the nodes of each
/// graph. The perceptron has one hidden layer, GELU. The norm comes first, so that rows pass from layer to layer as
/// they are. Source: Vaswani et al., NIPS 2017, section 3, with the norm where Xiong et al., ICML 2020, put it.
class TransformerBlock : public Module {
 public:
  /// attention.in and attention.out are set to `width`, the columns of x. hidden: of the perceptron. Throws as
  /// KernelAttention.
  TransformerBlock(Index width, Index hidden, KernelAttentionOptions attention, Real dropout, Rng& rng);

  /// x: [N, width]; position and input as KernelAttention has them. Returns [N, width].
  Variable forward(const Variable& x, const Variable& position, const AttentionInput& input, const Pass& pass) const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Real dropout_;
  std::uint64_t attention_key_;   // of its dropout
  std::uint64_t perceptron_key_;  // likewise
  LayerNorm attention_norm_;
  KernelAttention attention_;
  LayerNorm perceptron_norm_;
  Linear widen_;
  Linear narrow_;
};

}  // namespace cairn
