#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "models/model_input.h"
#include "nn/kernel_attention.h"
#include "nn/layers.h"

namespace cairn {

/// A layer of a stack, which takes from the input what it reads: arcs in its form, or who hears whom.
class StackLayer : public Module {
 public:
  /// The form of the arcs that it reads; nothing: it reads none.
  virtual std::optional<Normalization> form() const = 0;
  /// place: its number among the layers that read arcs. x: [N, in], or in a batch the rows that its block pulls from.
  /// Returns [N, out_width()], or a row for each target of its block.
  virtual Variable forward(const ModelInput& input, std::size_t place, const Input& x, const Pass& pass) const = 0;
  /// relu(forward()).
  virtual Variable rectified(const ModelInput& input, std::size_t place, const Input& x, const Pass& pass) const {
    return relu(forward(input, place, x, pass));
  }
  virtual Index out_width() const = 0;
  /// Whether every node may hear every other.
  virtual bool attends() const = 0;
};

/// A name of the layer table, or kernel-attention, whose heads and biases are those of `attention`.
/// Throws UsageError as make_layer and KernelAttention.
std::unique_ptr<StackLayer> make_stack_layer(std::string_view kind, const LayerOptions& options,
                                             const KernelAttentionOptions& attention, Rng& rng);

}  // namespace cairn
