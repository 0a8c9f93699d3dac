#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config.h"

namespace cairn {

/// The kinds that a layer of a stack may be of: names of the layer table, skip, kernel-attention.
std::span<const std::string_view> known_layer_kinds();

/// --layer-kinds, taken apart; empty: none were given. Throws UsageError for unknown ones, an empty name, and skip as
/// the first or the last, whose widths differ.
std::vector<std::string> layer_kinds(const TrainConfig& config);

}  // namespace cairn
