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

std::optional<PathBatches> path_batches(const TrainConfig& config) {
  constexpr Index fewest_judged = 512;  // paths of nodes that are judged together are met once
  if (config.batch_size == 0 || !looks_along_paths(config.model)) return std::nullopt;
  return PathBatches{.size = std::max(config.batch_size, fewest_judged), .fan_out = config.evaluation_path_fan_out};
}

namespace {

/// Paths of which what a batch needs can be drawn.
void check_paths(const TrainConfig& config) {
  const auto require = [](bool holds, std::string_view expected, const auto& found) {
    if (!holds) throw UsageError(fmt::format("--batch-size: expected {} with gir, found {}", expected, found));
  };
  require(config.paths == "all", "--paths all, whose levels say what is drawn (--path-fan-out 1: one path)",
          config.paths);
  require(config.path_layers == 1, "--path-layers 1 (a second one reads states of all nodes)", config.path_layers);
  require(config.path_aggregate != "max" || config.path_fan_out == 0,
          "--path-aggregate mean, sum or scaled_sum, or --path-fan-out 0 (the highest of some is below that of all)",
          config.path_aggregate);
  require(config.path_aggregate != "max" || config.evaluation_path_fan_out == 0, "--evaluation-path-fan-out 0 for max",
          config.evaluation_path_fan_out);
  require(config.slots_at_once == 0, "--slots-at-once 0 (a smaller batch holds less)", config.slots_at_once);
}

}  // namespace

void check_batches(const TrainConfig& config) {
  const TrainConfig standard;
  const bool draws_paths = config.batch_size > 0 && looks_along_paths(config.model);
  if (!draws_paths && (config.path_fan_out != standard.path_fan_out ||
                       config.evaluation_path_fan_out != standard.evaluation_path_fan_out)) {
    throw UsageError(
        fmt::format("--path-fan-out, --evaluation-path-fan-out: are for gir in batches: expected "
                    "--batch-size above 0 with them, found {} {}",
                    config.model, config.batch_size));
  }
  if (config.batch_size == 0) {
    if (config.fan_out.empty()) return;
    throw UsageError(
        fmt::format("--fan-out: is for batches: expected --batch-size above 0 with it, found {}", config.fan_out));
  }
  if (!is_node_task(config.task)) {
    throw UsageError(fmt::format(
        "--batch-size: expected --task node or path-sum, which learn from nodes one by one, found {}", config.task));
  }
  const std::vector<std::string_view> parts = model_parts(config.model);
  const bool can_be_cut = std::all_of(parts.begin(), parts.end(),
                                      [](std::string_view part) { return part == "gir" || !is_position_model(part); });
  if (!can_be_cut || attends(config)) {
    throw UsageError(fmt::format(
        "--batch-size: expected a model of layers over neighbors and paths (mlp, gcn, gat, sage, gin, cheb, "
        "arma, graph, a stack of these, gir, and any of these joined by +), found {}",
        parts.size() == 1 && parts.front() == "stack" ? config.layer_kinds : config.model));
  }
  if (parts.size() > 1 && config.fusion == "early") {
    throw UsageError(
        "--batch-size: expected --fusion late, sum or score (early asks for positions of all neighbors), "
        "found early");
  }
  if (!draws_paths) return;
  check_paths(config);
  if (parts.size() == 1 && !config.fan_out.empty()) {
    throw UsageError(
        fmt::format("--fan-out: gir has no layers over neighbors: expected --path-fan-out, found {}", config.fan_out));
  }
}

}  // namespace cairn
