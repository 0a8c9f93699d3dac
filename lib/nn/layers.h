#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "nn/graph_layer.h"

namespace cairn {

/// What any layer may need to know of its place; a layer reads what concerns it.
struct LayerOptions {
  Index in = 0;
  Index out = 0;    // of the whole layer; with concatenated heads, heads * width of one
  Index inner = 0;  // width within the layer where it has two maps (gin)
  Index heads = 1;  // gat
  bool concatenate_heads = true;
  Real attention_dropout = 0;  // gat
};

/// A layer by its name in the table: linear, gcn, gat, sage, gin, cheb, arma, graph.
/// Throws UsageError for an unknown name, and where concatenated heads do not divide `out`.
std::unique_ptr<GraphLayer> make_layer(std::string_view name, const LayerOptions& options, Rng& rng);
std::span<const std::string_view> layer_names();

}  // namespace cairn
