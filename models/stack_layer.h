#pragma once

#include <memory>
#include <string_view>

#include "models/model_input.h"
#include "nn/kernel_attention.h"
#include "nn/layers.h"

namespace cairn {

/// A layer of a stack, which takes from the input what it reads: arcs in its form, or who hears whom.
class StackLayer : public Module {
 public:
  /// x: [N, in]. Returns [N, out_width()].
  virtual Variable forward(const ModelInput& input, const Input& x, const Pass& pass) const = 0;
  virtual Index out_width() const = 0;
};

/// A name of the layer table, or kernel-attention, whose heads and biases are those of `attention`.
/// Throws UsageError as make_layer and KernelAttention.
std::unique_ptr<StackLayer> make_stack_layer(std::string_view kind, const LayerOptions& options,
                                             const KernelAttentionOptions& attention, Rng& rng);

}  // namespace cairn
