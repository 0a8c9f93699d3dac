#include "models/position_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "tensor/string_list.h"

namespace cairn {

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

NodeId node_named(const Dataset& dataset, const std::string& name) {
  const auto node = dataset.ids.find(name);
  if (!node) throw UsageError(fmt::format("--anchor-nodes: expected nodes of {}, found '{}'", dataset.name, name));
  return *node;
}

PositionOptions path_options(const TrainConfig& config, std::uint64_t key) {
  return {.max_hops = config.max_hops,
          .weighted = config.weighted_paths,
          .from = config.path_direction != "towards",
          .towards = config.path_direction != "from",
          .tree_key = key,
          .slots_at_once = config.slots_at_once,
          .path_counts = config.path_counts};
}

}  // namespace

PositionPlan plan_position(const Dataset& dataset, std::span<const NodeId> given, const TrainConfig& config,
                           std::uint64_t seed) {
  const auto known = anchor_strategies();
  if (std::find(known.begin(), known.end(), config.anchor_strategy) == known.end()) {
    throw_unknown_name("anchor strategy", config.anchor_strategy, known);
  }
  PositionPlan plan;
  plan.options = {.strategy = config.anchor_strategy, .count = config.anchors};
  plan.key = Rng(seed).split("anchors").key();
  plan.paths = path_options(config, plan.key);
  plan.redrawn = config.redraw_anchors == "epoch";
  plan.names = words_of(config.anchor_nodes);
  for (const std::string& name : plan.names) node_named(dataset, name);
  if (plan.names.empty()) {
    for (const NodeId node : given) plan.names.push_back(dataset.ids.name(node));
  }
  if (plan.redrawn && !plan.names.empty()) {
    throw UsageError("--redraw-anchors: expected anchors that are selected, found named ones");
  }
  return plan;
}

AnchorSet anchors_at(const PositionPlan& plan, const Dataset& dataset, Index step) {
  if (!plan.names.empty()) {
    std::vector<NodeId> nodes;
    for (const std::string& name : plan.names) nodes.push_back(node_named(dataset, name));
    return given_anchors(dataset.graph, dataset.graph_of_node, nodes);
  }
  Rng rng = Rng(plan.key).split(static_cast<std::uint64_t>(plan.redrawn ? step : 0));
  return select_anchors(dataset.graph, dataset.graph_of_node, plan.options, rng);
}

void check_weights(const Dataset& dataset, std::string_view reader) {
  const Graph& graph = dataset.graph;
  const auto weights = graph.weights();
  const auto bad =
      std::find_if(weights.begin(), weights.end(), [](Real weight) { return !(weight > 0) || !std::isfinite(weight); });
  if (bad == weights.end()) return;
  const auto arc = bad - weights.begin();
  const auto offsets = graph.offsets();
  const auto row = std::upper_bound(offsets.begin(), offsets.end(), arc) - offsets.begin() - 1;
  throw InputError(dataset.name, 0,
                   fmt::format("expected weights above 0 ({}), found {} from '{}' to '{}'", reader, *bad,
                               dataset.ids.name(static_cast<NodeId>(row)),
                               dataset.ids.name(graph.targets()[static_cast<std::size_t>(arc)])));
}

PositionInput prepare_position(const PositionPlan& plan, const Dataset& dataset, AnchorSet anchors) {
  if (plan.paths.weighted) check_weights(dataset, "--weighted-paths");
  return {dataset.graph, dataset.graph_of_node, std::move(anchors), plan.paths, plan.source};
}

void save_anchors(const AnchorSet& anchors, const Dataset& dataset, NamedTensors& to) {
  std::vector<std::string> names;
  std::vector<std::int64_t> ends;
  for (const auto& group : anchors.groups) {
    for (const NodeId node : group) names.push_back(dataset.ids.name(node));
    ends.push_back(static_cast<std::int64_t>(names.size()));
  }
  save_strings(names, "anchors.ids", to);
  const Shape shape{static_cast<Index>(ends.size())};
  to.arrays["anchors.ends"] = {shape, std::move(ends)};
}

AnchorSet load_anchors(const NamedTensors& from, const Dataset& dataset) {
  AnchorSet anchors;
  if (from.arrays.find("anchors.ends") == from.arrays.end()) return anchors;
  const std::vector<std::string> names = load_strings(from, "anchors.ids");
  const auto* ends = std::get_if<std::vector<std::int64_t>>(&find_array(from, "anchors.ends").values);
  if (ends == nullptr || (!ends->empty() && ends->back() != static_cast<std::int64_t>(names.size())) ||
      !std::is_sorted(ends->begin(), ends->end()) || (!ends->empty() && ends->front() < 0)) {
    throw Error("tensor 'anchors.ends': does not fit the ids of the anchors");
  }
  std::int64_t begin = 0;
  for (const std::int64_t end : *ends) {
    std::vector<NodeId> group;
    for (; begin < end; ++begin) {
      const std::string& name = names[static_cast<std::size_t>(begin)];
      const auto node = dataset.ids.find(name);
      if (!node) {
        throw InputError(dataset.name, 0,
                         fmt::format("expected the anchors that the model was trained with, found no node '{}' "
                                     "(--read-out structure serves other graphs)",
                                     name));
      }
      group.push_back(*node);
    }
    std::sort(group.begin(), group.end());
    const bool alone = dataset.graph_of_node.empty() || group.empty();
    anchors.graph_of_group.push_back(alone ? 0 : dataset.graph_of_node[static_cast<std::size_t>(group.front())]);
    anchors.groups.push_back(std::move(group));
  }
  if (!std::is_sorted(anchors.graph_of_group.begin(), anchors.graph_of_group.end())) {
    throw InputError(dataset.name, 0, "expected graphs in the order that the model was trained with, found another");
  }
  return anchors;
}

void save_position_plan(const PositionPlan& plan, NamedTensors& to) {
  to.metadata["anchors.key"] = fmt::format("{}", plan.key);
  if (!plan.names.empty()) save_strings(plan.names, "anchors.named", to);
}

PositionPlan load_position_plan(const NamedTensors& from, const TrainConfig& config) {
  PositionPlan plan;
  const std::string& text = find_metadata(from, "anchors.key");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), plan.key);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error(fmt::format("metadata 'anchors.key': expected a whole number, found '{}'", text));
  }
  plan.options = {.strategy = config.anchor_strategy, .count = config.anchors};
  plan.paths = path_options(config, plan.key);
  if (from.arrays.find("anchors.named.ends") != from.arrays.end()) plan.names = load_strings(from, "anchors.named");
  plan.redrawn = config.redraw_anchors == "epoch";
  return plan;
}

}  // namespace cairn
