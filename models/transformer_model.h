#pragma once

#include <memory>
#include <vector>

#include "models/model.h"
#include "nn/transformer_block.h"

namespace cairn {

struct TransformerOptions {
  Index layers = 2;
  Index in = 0;
  Index width = 64;
  Index out = 0;
  Real dropout = 0;
  bool in_is_ids = false;                 // as LayerStackOptions has it
  KernelAttentionOptions attention = {};  // `in`, `width` and `out` follow the blocks
  bool recompute = false;                 // as LayerStackOptions has it, of blocks
};

/// Kernelized attention alone: a linear map of the features, blocks of a transformer, a norm, a linear map to `out`.
/// The perceptrons are twice as wide as the rows. No arcs are read but what the operator of the attention stands for.
class TransformerModel : public Model {
 public:
  TransformerModel(const TransformerOptions& options, const Rng& rng);

  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override { return last_->out_width(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Real dropout_;
  bool in_is_ids_;
  bool recomputes_;
  std::uint64_t dropout_key_;  // of the features
  std::unique_ptr<Linear> first_;
  std::vector<std::unique_ptr<TransformerBlock>> blocks_;
  LayerNorm norm_;
  std::unique_ptr<Linear> last_;
};

}  // namespace cairn
