#pragma once

#include "nn/kernel_attention.h"
#include "nn/normalization.h"

namespace cairn {

/// The global half of a layer: s drop(relu(norm(attention(x)))) W + b. norm is over the columns (batch normalization):
/// what a node hears of one among n nodes is diluted to 1 / n beside what it hears in every graph. s is learned in
/// small steps and starts at 0, so that the other half of the layer leads where it can. Steps are smaller by far where
/// the operator only spreads (AttentionOperator::points): there few labels would be learned by heart.
class GlobalHalf : public Module {
 public:
  /// attention.out is set to its width. out: columns of the result. Throws as KernelAttention.
  GlobalHalf(const KernelAttentionOptions& attention, Index out, Real dropout, Rng& rng);

  /// x: [N, attention.in]. Returns [N, out]. Throws as KernelAttention.
  Variable forward(const Input& x, const AttentionInput& input, const Pass& pass) const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  KernelAttention attention_;
  BatchNorm norm_;
  Linear out_;
  Variable share_;  // [1, 1], s in steps
  Real dropout_;
  std::uint64_t dropout_key_;
};

}  // namespace cairn
