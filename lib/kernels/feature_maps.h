#pragma once

#include <cstdint>
#include <span>

#include "core/rng.h"
#include "tensor/tensor.h"

namespace cairn::kernels {

/// Random features phi with E[phi(x) phi(y)] = exp(x y).
enum class FeatureMap : std::uint8_t {
  positive,       // exp(w x - |x|^2 / 2) / sqrt(m)
  trigonometric,  // exp(|x|^2 / 2) / sqrt(m) [sin(w x), cos(w x)]: 2 m values, of both signs
  sphere          // positive, with all |w| = sqrt(d)
};

struct FeatureOptions {
  FeatureMap map = FeatureMap::positive;
  Index count = 32;  // m, draws a head
  bool orthogonal = true;
};

/// Values a head: m, or 2 m of trigonometric features.
Index feature_width(const FeatureOptions& options);

/// The w of all heads, [H m, d]: normal, or, orthogonal, blocks of up to d orthogonal directions with lengths of
/// independent normal vectors (each w is still normal by itself). The same rng (its key) gives the same draws; not
/// trained. Throws UsageError unless heads, count >= 1; ShapeError for width < 0.
/// Source: Choromanski et al., ICLR 2021, section 2.4.
Tensor draw_features(const FeatureOptions& options, Index heads, Index width, const Rng& rng);

/// Which half of attention features are for: what may be left out of them differs.
enum class FeatureRole : std::uint8_t { query, key };

/// Features of the rows of each head. x: [N, H d], draws: [H m, d] -> [N, H feature_width]. So that exponents neither
/// overflow nor all vanish, a query's are lowered by their own maximum, keys' by the maximum over all keys of their
/// graph and head: both cancel in attention; a maximum for each key would not. Gradients treat it as a constant.
/// graph_of_node: [N], or empty for one graph.
Tensor random_features(const FeatureOptions& options, Index heads, const Tensor& draws, const Tensor& x,
                       FeatureRole role, std::span<const std::int32_t> graph_of_node);
/// x_gradient += the gradient, y being what random_features gave.
void add_random_features_gradient(const FeatureOptions& options, Index heads, const Tensor& draws, const Tensor& x,
                                  const Tensor& y, const Tensor& upstream, Tensor& x_gradient);

}  // namespace cairn::kernels
