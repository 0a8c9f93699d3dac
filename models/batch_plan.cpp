#include "models/batch_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "core/error.h"
#include "models/defaults.h"

namespace cairn {

std::vector<Index> fan_outs(const TrainConfig& config) {
  std::vector<Index> hops;
  if (config.fan_out.empty()) return {10};
  std::string_view text = config.fan_out;
  while (true) {
    const std::string_view word = text.substr(0, text.find(','));
    Index fan_out = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), fan_out);
    if (error != std::errc{} || end != word.data() + word.size() || fan_out < 0) {
      throw UsageError(
          fmt::format("--fan-out: expected whole numbers of at least 0 such as 10,5 (0: all neighbors), found '{}'",
                      config.fan_out));
    }
    hops.push_back(fan_out);
    if (word.size() == text.size()) return hops;
    text.remove_prefix(word.size() + 1);
  }
}

void check_batches(const TrainConfig& config) {
  if (config.batch_size == 0) {
    if (config.fan_out.empty()) return;
    throw UsageError(
        fmt::format("--fan-out: is for batches: expected --batch-size above 0 with it, found {}", config.fan_out));
  }
  if (config.task != "node") {
    throw UsageError(
        fmt::format("--batch-size: expected --task node, which learns from nodes one by one, found {}", config.task));
  }
  const std::vector<std::string_view> parts = model_parts(config.model);
  if (parts.size() > 1 || is_position_model(parts.front()) || attends(config)) {
    const bool by_kinds = parts.size() == 1 && parts.front() == "stack";
    throw UsageError(
        fmt::format("--batch-size: expected a model of layers over neighbors alone (mlp, gcn, gat, sage, gin, cheb, "
                    "arma, graph, or a stack of these), found {}",
                    by_kinds ? config.layer_kinds : config.model));
  }
}

}  // namespace cairn
