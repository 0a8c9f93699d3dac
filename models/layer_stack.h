#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/global_half.h"
#include "models/model.h"
#include "models/stack_layer.h"
#include "nn/activation.h"
#include "nn/linear.h"
#include "nn/normalization.h"

namespace cairn {

struct LayerStackOptions {
  std::string layer = "gcn";  // a name of the layer table
  Index layers = 2;
  /// In place of both: a kind for each layer, from the features on. skip: no layer.
  std::vector<std::string> kinds = {};
  Index in = 0;
  Index hidden = 16;  // of one head
  Index out = 0;
  Index heads = 1;
  Index output_heads = 1;
  Real dropout = 0;
  Real attention_dropout = 0;
  std::string activation = "relu";
  std::string norm = "none";
  bool residual = false;
  bool all_layers = false;  // gives a linear map of the rows of all layers, the last one a hidden one too
  /// The input is one-hot ids: the first layer's weights of them are a table with a vector a node, which does not
  /// decay.
  bool in_is_ids = false;
  /// Layers have a global half, attention of this kind over all nodes; `in` and `width` follow the layer.
  std::optional<KernelAttentionOptions> attention = {};
  KernelAttentionOptions attention_layer = {};  // of layers of the kind kernel-attention; likewise
  /// What hidden layers hold inside is worked out again in the backward pass, to the same bits.
  bool recompute = false;
};

/// Layers of one kind, or of several: dropout, layer, then (but for the last) norm, activation and, where asked for and
/// widths agree, the layer's own input added. Hidden layers have hidden * heads columns, the last one out, its heads
/// averaged. With attention, layers (but for a first of several) are layer(x) + global(x), a graph transformer with a
/// local and a global half (GlobalHalf); the whole starts as the layers alone. The first one's maps of many features
/// would learn few labels by heart. A global half that can point at far nodes (AttentionOperator::points) hears x
/// before dropout, and of the layers before it none drops anything. Source: Rampasek et al., NeurIPS 2022, "Recipe for
/// a general, powerful, scalable graph transformer", eq. 2; the global half's factor is ours. Rows of all layers
/// joined: Xu et al., ICML 2018, "Representation learning on graphs with jumping knowledge networks", its
/// concatenation.
class LayerStack : public Model {
 public:
  LayerStack(const LayerStackOptions& options, const Rng& rng);

  Variable embed(const ModelInput& input, const Pass& pass) const override;
  /// Nothing where it attends: who hears whom is of all nodes.
  std::optional<BatchForm> batch_form() const override;
  Index out_width() const override { return join_ ? join_->out_width() : layers_.back()->out_width(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  /// Layer l over x, as the class says; place: its number among the layers that read arcs.
  Variable layer(std::size_t l, std::size_t place, const ModelInput& input, const Input& x, const Pass& pass) const;
  /// The same without keeping what it holds inside.
  Variable recomputed(std::size_t l, std::size_t place, const ModelInput& input, const Input& x,
                      const Pass& pass) const;
  /// The parameters of layer l or of its global half: tables of ids do not decay.
  void visit_layer(const ParameterVisitor& visitor, const std::string& name, const Module& layer, std::size_t l) const;

  Real dropout_;
  Index id_count_;  // rows of the first layer's tables; 0: none
  bool residual_;
  bool recomputes_;
  Activation activation_;
  std::vector<std::uint64_t> dropout_keys_;  // one a layer
  std::vector<std::unique_ptr<StackLayer>> layers_;
  std::vector<std::unique_ptr<NormLayer>> norms_;     // after all hidden layers; null: none
  std::vector<std::unique_ptr<GlobalHalf>> globals_;  // one a layer; null: it has none
  std::unique_ptr<Linear> join_;                      // of the rows of all layers; null: the last one's are given
  std::uint64_t join_key_ = 0;
};

}  // namespace cairn
