#include "models/layer_kinds.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "nn/layers.h"

namespace cairn {

std::span<const std::string_view> known_layer_kinds() {
  static const std::vector<std::string_view> known = [] {
    const auto layers = layer_names();
    std::vector<std::string_view> names(layers.begin(), layers.end());
    names.insert(names.end(), {"skip", "kernel-attention"});
    return names;
  }();
  return known;
}

std::vector<std::string> layer_kinds(const TrainConfig& config) {
  std::vector<std::string> kinds;
  if (config.layer_kinds.empty()) return kinds;
  const auto known = known_layer_kinds();
  std::string_view text = config.layer_kinds;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    kinds.emplace_back(text.substr(0, comma));
    if (std::find(known.begin(), known.end(), kinds.back()) == known.end()) {
      throw_unknown_name("value of --layer-kinds", kinds.back(), known);
    }
    if (comma == text.size()) break;
    text.remove_prefix(comma + 1);
  }
  if (kinds.front() == "skip" || kinds.back() == "skip") {
    throw UsageError(fmt::format("--layer-kinds: expected skip between layers of one width, found it at an end of '{}'",
                                 config.layer_kinds));
  }
  return kinds;
}

}  // namespace cairn
