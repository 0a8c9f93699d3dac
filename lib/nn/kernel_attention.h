#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernels/attention_operator.h"
#include "kernels/feature_maps.h"
#include "nn/linear.h"

namespace cairn {

/// Who hears whom in the graphs of an input, and by which of the learned biases.
struct AttentionInput {
  std::shared_ptr<const kernels::AttentionOperator> op;
  std::vector<std::int32_t> graph_of_node = {};  ///< [N], or empty for one graph
  std::vector<std::uint8_t> key_mask = {};       ///< [N], 0 where nobody may hear a node; empty: all are heard
};

/// What a KernelAttention is made of.
struct KernelAttentionOptions {
  Index in = 0;           ///< columns of the content x
  Index position = 0;     ///< columns of a position encoding that queries and keys also see; 0: there is none
  Index width = 32;       ///< D of the values, a multiple of heads
  Index out = 0;          ///< columns of the result; 0: D
  Index heads = 4;        ///< H
  Index key_width = 0;    ///< d, of a query and of a key of one head; 0: D / H
  Index biases = 0;       ///< P, bias_count() of the operators that it will meet
  bool normalize = true;  ///< queries and keys of length 1
  kernels::FeatureOptions features = {};  ///< random features of queries and keys
};

/// Attention over all nodes of a graph by random features phi and a matrix M of learned relative positions:
///   z_u = sum over v of M[u, v] <phi(q_u), phi(k_v)> v_v  /  sum over v of M[u, v] <phi(q_u), phi(k_v)>,
///   q = x Q (+ p Q_p) + b, k and v likewise, for each head;  y = [z_1 ; .. ; z_H] O + b.
/// It costs what products with M cost (kernels/attention_operator.h), never n^2 but for operators named dense. q and k
/// are scaled to length 1 per head, which bounds what content can say to a factor e^2; without `normalize` they are
/// divided by d^(1/4), and their length decides how far phi errs. No residual and no norm: TransformerBlock adds them.
/// Random features are drawn at construction and travel with the model as a buffer; biases start at 0 and do not decay.
/// Source: Luo et al., NeurIPS 2021, section 3 (NPRF with RPE); maps of positions are ours.
class KernelAttention : public Module {
 public:
  /// Throws UsageError for widths below 1, heads that do not divide D, and fewer than 1 feature.
  KernelAttention(const KernelAttentionOptions& options, Rng& rng);

  /// x: [N, in]; position: [N, position], not defined where there is none. Returns [N, out_width()]. Throws ShapeError
  /// where they do not fit the layer or the input.
  Variable forward(const Input& x, const Variable& position, const AttentionInput& input) const;
  Index out_width() const { return out_.out_width(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  /// Queries or keys of all heads, [N, H d], as features are made of them.
  Variable scaled(const Variable& rows) const;

  KernelAttentionOptions options_;
  Index key_width_;
  Linear query_;
  Linear key_;
  Linear value_;
  Linear out_;
  std::optional<Linear> position_query_;
  std::optional<Linear> position_key_;
  Variable biases_;  // [H, P]
  Variable draws_;   // [H m, d], a buffer
};

}  // namespace cairn
