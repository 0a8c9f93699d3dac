#include "nn/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nn/arma.h"
#include "nn/gat.h"
#include "nn/gcn.h"
#include "nn/gin.h"
#include "nn/linear.h"
#include "nn/two_weight_layer.h"

namespace cairn {

namespace {

using Maker = std::unique_ptr<GraphLayer> (*)(const LayerOptions&, Rng&);

template <class Layer>
std::unique_ptr<GraphLayer> make_plain(const LayerOptions& options, Rng& rng) {
  return std::make_unique<Layer>(options.in, options.out, rng);
}

std::unique_ptr<GraphLayer> make_gat(const LayerOptions& options, Rng& rng) {
  if (options.heads < 1 || (options.concatenate_heads && options.out % options.heads != 0)) {
    throw UsageError(fmt::format("gat: {} heads side by side do not make a width of {}", options.heads, options.out));
  }
  return std::make_unique<Gat>(options.in, options.concatenate_heads ? options.out / options.heads : options.out,
                               GatOptions{.heads = options.heads,
                                          .concatenate = options.concatenate_heads,
                                          .attention_dropout = options.attention_dropout},
                               rng);
}

std::unique_ptr<GraphLayer> make_gin(const LayerOptions& options, Rng& rng) {
  return std::make_unique<Gin>(options.in, options.inner > 0 ? options.inner : options.out, options.out, rng);
}

constexpr std::array<std::string_view, 8> names{"linear", "gcn", "gat", "sage", "gin", "cheb", "arma", "graph"};
constexpr std::array<Maker, 8> makers{
    make_plain<Linear>, make_plain<Gcn>,       make_gat,         make_plain<Sage>,
    make_gin,           make_plain<Chebyshev>, make_plain<Arma>, make_plain<GraphConvolution>};

}  // namespace

std::unique_ptr<GraphLayer> make_layer(std::string_view name, const LayerOptions& options, Rng& rng) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw_unknown_name("layer", name, names);
  return makers[static_cast<std::size_t>(found - names.begin())](options, rng);
}

std::span<const std::string_view> layer_names() { return names; }

}  // namespace cairn
