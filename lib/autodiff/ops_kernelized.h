#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "autodiff/variable.h"
#include "kernels/attention_operator.h"
#include "kernels/feature_maps.h"

/// Kernelized attention: rows of H heads side by side. Throw ShapeError where shapes do not fit.
namespace cairn {

/// Rows of every head scaled to length 1: with_unit_rows for each head. x: [N, H d].
Variable unit_heads(const Variable& x, Index heads);

/// kernels::random_features. draws: [H m, d], no gradient; x: [N, H d] -> [N, H feature_width]. Gradients treat the
/// maxima that exponents are lowered by as constants, which is exact once queries and keys meet in kernelized_attend.
Variable random_features(const kernels::FeatureOptions& options, Index heads, const Tensor& draws, const Variable& x,
                         kernels::FeatureRole role, const std::vector<std::int32_t>& graph_of_node);

/// kernels::kernelized_attend. query, key: features [N, H m]; value: [N, H dv]; biases: [H, P] -> [N, H dv].
/// key_mask: [N], 0 where nobody may hear a node, or empty.
Variable kernelized_attend(std::shared_ptr<const kernels::AttentionOperator> op, Index heads, const Variable& query,
                           const Variable& key, const Variable& value, const Variable& biases,
                           std::vector<std::uint8_t> key_mask = {});

}  // namespace cairn
