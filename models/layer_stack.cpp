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
    Variable h = layer.forward(propagation, dropout(x, dropout_, dropout_keys_[l], pass), pass);
    if (l + 1 == layers_.size()) return h;
    if (norms_[l] != nullptr) h = norms_[l]->forward(h, pass);
    h = activation_(h);
    const auto* before = std::get_if<Variable>(&x);
    if (residual_ && before != nullptr && before->shape() == h.shape()) h = add(h, *before);
    x = h;
  }
  return std::get<Variable>(x);
}

void LayerStack::visit(const ParameterVisitor& visitor) const {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const std::string name = fmt::format("layers.{}", l);
    if (l == 0 && id_count_ > 0) {
      for (const NamedParameter& p : parameters_of(*layers_[l])) {
        const bool is_table = p.kind == ParameterKind::weight && p.value.value().rows() == id_count_;
        visitor(name + "." + p.name, p.value, is_table ? ParameterKind::bias : p.kind);
      }
    } else {
      visitor(name, *layers_[l]);
    }
    if (l < norms_.size() && norms_[l] != nullptr) visitor(fmt::format("norms.{}", l), *norms_[l]);
  }
}

}  // namespace cairn
