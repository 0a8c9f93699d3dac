#include "models/layer_stack.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn {

namespace {

/// The kind of each layer; a skip is none.
std::vector<std::string> kinds_of(const LayerStackOptions& options) {
  if (options.layers < 1) throw UsageError(fmt::format("layers: expected at least 1, found {}", options.layers));
  std::vector<std::string> kinds = options.kinds;
  if (kinds.empty()) kinds.assign(static_cast<std::size_t>(options.layers), options.layer);
  std::erase(kinds, "skip");
  if (kinds.empty()) throw UsageError("layers: expected at least one that is no skip");
  return kinds;
}

}  // namespace

LayerStack::LayerStack(const LayerStackOptions& options, const Rng& rng)
    : dropout_(options.dropout),
      id_count_(options.in_is_ids ? options.in : 0),
      residual_(options.residual),
      activation_(find_activation(options.activation)) {
  const std::vector<std::string> kinds = kinds_of(options);
  Index in = options.in;
  Index joined = 0;
  for (std::size_t l = 0; l < kinds.size(); ++l) {
    const bool last = l + 1 == kinds.size() && !options.all_layers;
    Rng layer_rng = rng.split(fmt::format("layer {}", l));
    dropout_keys_.push_back(layer_rng.split("dropout").key());
    KernelAttentionOptions attention_layer = options.attention_layer;
    attention_layer.width = options.hidden * options.heads;
    layers_.push_back(make_stack_layer(kinds[l],
                                       {.in = in,
                                        .out = last ? options.out : options.hidden * options.heads,
                                        .inner = options.hidden,
                                        .heads = last ? options.output_heads : options.heads,
                                        .concatenate_heads = !last,
                                        .attention_dropout = options.attention_dropout},
                                       attention_layer, layer_rng));
    globals_.emplace_back();
    if (options.attention && (l > 0 || kinds.size() == 1)) {
      KernelAttentionOptions attention = *options.attention;
      attention.in = in;
      attention.width = options.hidden * options.heads;
      Rng global_rng = layer_rng.split("attention");
      globals_.back() =
          std::make_unique<GlobalHalf>(attention, layers_.back()->out_width(), options.dropout, global_rng);
    }
    if (!last) norms_.push_back(make_norm(options.norm, layers_.back()->out_width()));
    in = layers_.back()->out_width();
    joined += in;
  }
  if (!options.all_layers) return;
  Rng join_rng = rng.split("join");
  join_key_ = join_rng.split("dropout").key();
  join_ = std::make_unique<Linear>(joined, options.out, join_rng);
}

Variable LayerStack::embed(const ModelInput& input, const Pass& pass) const {
  // One far node counts 1 / n, and what is dropped at n nodes 1 / sqrt(n): it would drown what is pointed at. So where
  // attention points, what it hears is never dropped, neither at its own door nor in the layers before the last.
  const bool points = globals_.back() != nullptr && input.attention().op->points();
  Input x = input.features();
  std::vector<Variable> rows;
  std::size_t place = 0;  // among the layers that read arcs
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const bool last = l + 1 == layers_.size();
    const Input dropped = points && !last ? x : dropout(x, dropout_, dropout_keys_[l], pass);
    Variable h = layers_[l]->forward(input, place, dropped, pass);
    if (layers_[l]->form()) ++place;
    if (globals_[l] != nullptr) h = add(h, globals_[l]->forward(points ? x : dropped, input.attention(), pass));
    if (last && join_ == nullptr) return h;
    if (norms_[l] != nullptr) h = norms_[l]->forward(h, pass);
    h = activation_(h);
    const auto* before = std::get_if<Variable>(&x);
    if (residual_ && before != nullptr && before->value().columns() == h.value().columns()) {
      h = add(h, slice_rows(*before, 0, h.value().rows()));  // of a block the first sources are its targets
    }
    x = h;
    if (join_ != nullptr) rows.push_back(slice_rows(h, 0, input.row_count()));
  }
  return join_->forward(dropout(concat_columns(rows), dropout_, join_key_, pass));
}

std::optional<std::vector<Normalization>> LayerStack::block_forms() const {
  std::vector<Normalization> forms;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (globals_[l] != nullptr || layers_[l]->attends()) return std::nullopt;
    if (const auto form = layers_[l]->form()) forms.push_back(*form);
  }
  return forms;
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
  if (join_ != nullptr) visitor("join", *join_);
}

}  // namespace cairn
