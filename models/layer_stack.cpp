#include "models/layer_stack.h"

#include <fmt/format.h>

namespace cairn {

LayerStack::LayerStack(const LayerStackOptions& options, const Rng& rng)
    : dropout_(options.dropout),
      id_count_(options.in_is_ids ? options.in : 0),
      residual_(options.residual),
      activation_(find_activation(options.activation)) {
  if (options.layers < 1) throw UsageError(fmt::format("layers: expected at least 1, found {}", options.layers));
  Index in = options.in;
  for (Index l = 0; l < options.layers; ++l) {
    const bool last = l + 1 == options.layers;
    Rng layer_rng = rng.split(fmt::format("layer {}", l));
    dropout_keys_.push_back(layer_rng.split("dropout").key());
    layers_.push_back(make_layer(options.layer,
                                 {.in = in,
                                  .out = last ? options.out : options.hidden * options.heads,
                                  .inner = options.hidden,
                                  .heads = last ? options.output_heads : options.heads,
                                  .concatenate_heads = !last,
                                  .attention_dropout = options.attention_dropout},
                                 layer_rng));
    globals_.emplace_back();
    if (options.attention && (l > 0 || last)) {
      KernelAttentionOptions attention = *options.attention;
      attention.in = in;
      attention.width = options.hidden * options.heads;
      Rng global_rng = layer_rng.split("attention");
      globals_.back() =
          std::make_unique<GlobalHalf>(attention, layers_.back()->out_width(), options.dropout, global_rng);
    }
    if (!last) norms_.push_back(make_norm(options.norm, layers_.back()->out_width()));
    in = layers_.back()->out_width();
  }
}

Variable LayerStack::embed(const ModelInput& input, const Pass& pass) const {
  Input x = input.features();
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const GraphLayer& layer = *layers_[l];
    const auto form = layer.normalization();
    const Propagation& propagation = form ? input.propagation(*form) : Propagation();
    const Input dropped = dropout(x, dropout_, dropout_keys_[l], pass);
    Variable h = layer.forward(propagation, dropped, pass);
    if (globals_[l] != nullptr) h = add(h, globals_[l]->forward(dropped, input.attention(), pass));
    if (l + 1 == layers_.size()) return h;
    if (norms_[l] != nullptr) h = norms_[l]->forward(h, pass);
    h = activation_(h);
    const auto* before = std::get_if<Variable>(&x);
    if (residual_ && before != nullptr && before->shape() == h.shape()) h = add(h, *before);
    x = h;
  }
  return std::get<Variable>(x);
}

void LayerStack::visit_layer(const ParameterVisitor& visitor, const std::string& name, const Module& layer,
                             std::size_t l) const {
  if (l > 0 || id_count_ == 0) {
    visitor(name, layer);
    return;
  }
  for (const NamedParameter& p : parameters_of(layer)) {
    const bool is_table = p.kind == ParameterKind::weight && p.value.value().rows() == id_count_;
    visitor(name + "." + p.name, p.value, is_table ? ParameterKind::bias : p.kind);
  }
}

void LayerStack::visit(const ParameterVisitor& visitor) const {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    visit_layer(visitor, fmt::format("layers.{}", l), *layers_[l], l);
    if (globals_[l] != nullptr) visit_layer(visitor, fmt::format("globals.{}", l), *globals_[l], l);
    if (l < norms_.size() && norms_[l] != nullptr) visitor(fmt::format("norms.{}", l), *norms_[l]);
  }
}

}  // namespace cairn
