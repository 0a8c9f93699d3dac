#include "models/layer_stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "autodiff/recompute.h"

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
      recomputes_(options.recompute),
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

Variable LayerStack::layer(std::size_t l, std::size_t place, const ModelInput& input, const Input& x,
                           const Pass& pass) const {
  // One far node counts 1 / n, and what is dropped at n nodes 1 / sqrt(n): it would drown what is pointed at. So where
  // attention points, what it hears is never dropped, neither at its own door nor in the layers before the last.
  const bool points = globals_.back() != nullptr && input.attention().op->points();
  const bool last = l + 1 == layers_.size();
  const Input dropped = points && !last ? x : dropout(x, dropout_, dropout_keys_[l], pass);
  const bool ends = last && join_ == nullptr;
  const bool rectified =
      activation_ == find_activation("relu") && !ends && globals_[l] == nullptr && norms_[l] == nullptr;
  Variable h =
      rectified ? layers_[l]->rectified(input, place, dropped, pass) : layers_[l]->forward(input, place, dropped, pass);
  if (globals_[l] != nullptr)
    h = add(std::move(h), globals_[l]->forward(points ? x : dropped, input.attention(), pass));
  if (ends) return h;
  if (norms_[l] != nullptr) h = norms_[l]->forward(h, pass);
  if (!rectified) h = activation_(std::move(h));
  const auto* before = std::get_if<Variable>(&x);
  const bool adds = residual_ && before != nullptr && before->value().columns() == h.value().columns();
  return adds ? add(std::move(h), slice_rows(*before, 0, h.value().rows()))
              : h;  // of a block the first sources are its targets
}

Variable LayerStack::recomputed(std::size_t l, std::size_t place, const ModelInput& input, const Input& x,
                                const Pass& pass) const {
  std::vector<Variable> parameters;
  const auto list = [&parameters](const Module* part) {
    if (part == nullptr) return;
    for (const NamedParameter& parameter : parameters_of(*part)) parameters.push_back(parameter.value);
  };
  list(layers_[l].get());
  list(globals_[l].get());
  list(norms_[l].get());
  const auto* dense = std::get_if<Variable>(&x);
  // Sparse rows are the features alone: they are constant, and the layer reaches them by itself.
  const auto shared = std::make_shared<const ModelInput>(input);
  const auto run = [this, l, place, shared, pass](std::span<const Variable> rows) {
    return layer(l, place, *shared, rows.empty() ? shared->features() : Input(rows.front()), pass);
  };
  return recompute(run, dense == nullptr ? std::vector<Variable>{} : std::vector<Variable>{*dense},
                   std::move(parameters));
}

Variable LayerStack::embed(const ModelInput& input, const Pass& pass) const {
  Input x = input.features();
  std::vector<Variable> rows;
  std::size_t place = 0;  // among the layers that read arcs
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    // What the last layer holds is asked for at once: nothing would be spared.
    const bool last = l + 1 == layers_.size();
    Variable h = recomputes_ && !last ? recomputed(l, place, input, x, pass) : layer(l, place, input, x, pass);
    if (layers_[l]->form()) ++place;
    if (last && join_ == nullptr) return h;
    x = h;
    if (join_ != nullptr) rows.push_back(slice_rows(h, 0, input.row_count()));
  }
  return join_->forward(dropout(concat_columns(rows), dropout_, join_key_, pass));
}

std::optional<BatchForm> LayerStack::batch_form() const {
  BatchForm form;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (globals_[l] != nullptr || layers_[l]->attends()) return std::nullopt;
    if (const auto of_layer = layers_[l]->form()) form.blocks.push_back(*of_layer);
  }
  return form;
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
