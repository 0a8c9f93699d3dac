#include "data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "data/deal.h"

namespace cairn {

namespace {

/// Appends the first nodes to train, the next to validation, the next to test.
void deal(std::span<const NodeId> nodes, const PartCounts& counts, Split& split) {
  auto next = nodes.begin();
  std::size_t part = 0;
  for (std::vector<NodeId>* list : {&split.train, &split.validation, &split.test}) {
    list->insert(list->end(), next, next + counts[part]);
    next += counts[part++];
  }
}

std::vector<std::vector<NodeId>> nodes_by(std::span<const std::int32_t> group, std::span<const NodeId> nodes) {
  std::vector<std::vector<NodeId>> groups;
  for (const NodeId node : nodes) {
    const auto g = static_cast<std::size_t>(group[static_cast<std::size_t>(node)]);
    if (groups.size() <= g) groups.resize(g + 1);
    groups[g].push_back(node);
  }
  return groups;
}

Split split_per_class(std::span<const std::int32_t> labels, std::span<const NodeId> nodes, const SplitOptions& options,
                      Rng& rng) {
  Split split;
  std::vector<NodeId> rest;
  for (std::vector<NodeId>& members : nodes_by(labels, nodes)) {
    shuffle(members, rng);
    const auto taken = members.begin() + std::min<Index>(options.train_per_class, static_cast<Index>(members.size()));
    split.train.insert(split.train.end(), members.begin(), taken);
    rest.insert(rest.end(), taken, members.end());
  }
  std::sort(rest.begin(), rest.end());  // so that the draw below does not depend on the order of the classes
  shuffle(rest, rng);
  const auto left = static_cast<Index>(rest.size());
  PartCounts counts{0, options.validation_count, options.test_count};
  const bool runs_out = options.validation_count + std::max<Index>(options.test_count, 1) > left;
  if (runs_out) {
    counts = {0, left / 2, left - left / 2};
  } else if (options.test_count == 0) {
    counts[2] = left - options.validation_count;
  }
  deal(rest, counts, split);
  return split;
}

Split split_by_ratio(std::span<const std::int32_t> labels, std::vector<NodeId> nodes, const PartRatios& ratios,
                     bool stratified, Rng& rng) {
  Split split;
  auto groups = stratified ? nodes_by(labels, nodes) : std::vector<std::vector<NodeId>>{std::move(nodes)};
  for (std::vector<NodeId>& members : groups) {
    shuffle(members, rng);
    deal(members, part_counts(static_cast<Index>(members.size()), ratios, rng), split);
  }
  return split;
}

Split split_graphs(std::span<const std::int32_t> graph_of_node, std::span<const NodeId> nodes, const PartRatios& ratios,
                   Rng& rng) {
  const auto members = nodes_by(graph_of_node, nodes);
  std::vector<NodeId> graphs;
  for (std::size_t g = 0; g < members.size(); ++g) {
    if (!members[g].empty()) graphs.push_back(static_cast<NodeId>(g));  // a graph without labeled nodes serves no part
  }
  shuffle(graphs, rng);
  Split of_graphs;
  deal(graphs, part_counts(static_cast<Index>(graphs.size()), ratios, rng), of_graphs);
  Split split;
  const auto expand = [&](const std::vector<NodeId>& from, std::vector<NodeId>& to) {
    for (const NodeId g : from) {
      to.insert(to.end(), members[static_cast<std::size_t>(g)].begin(), members[static_cast<std::size_t>(g)].end());
    }
  };
  expand(of_graphs.train, split.train);
  expand(of_graphs.validation, split.validation);
  expand(of_graphs.test, split.test);
  return split;
}

void check_options(const SplitOptions& options, std::size_t node_count, std::span<const std::int32_t> graph_of_node) {
  if (options.train_per_class < 0 || options.validation_count < 0 || options.test_count < 0) {
    throw UsageError(fmt::format("split: expected counts of at least 0, found {}, {} and {}", options.train_per_class,
                                 options.validation_count, options.test_count));
  }
  if (options.train_per_class == 0) {
    check_ratios("split", {options.train_ratio, options.validation_ratio, options.test_ratio});
  }
  if (!options.whole_graphs) return;
  if (options.train_per_class > 0)
    throw UsageError("split: as many nodes per class and whole graphs exclude each other");
  if (graph_of_node.empty()) throw UsageError("split: whole graphs need a dataset of several graphs");
  if (graph_of_node.size() != node_count) {
    throw ShapeError(fmt::format("split: {} labels and {} nodes with a graph", node_count, graph_of_node.size()));
  }
}

}  // namespace

std::string_view to_string(Part part) {
  switch (part) {
    case Part::train:
      return "train";
    case Part::validation:
      return "validation";
    case Part::test:
      return "test";
  }
  return "";
}

const std::vector<NodeId>& Split::of(Part part) const {
  return part == Part::train ? train : part == Part::validation ? validation : test;
}

Split make_split(std::span<const std::int32_t> labels, std::span<const std::int32_t> graph_of_node,
                 const SplitOptions& options, Rng& rng) {
  check_options(options, labels.size(), graph_of_node);
  std::vector<NodeId> nodes;
  for (std::size_t u = 0; u < labels.size(); ++u) {
    if (labels[u] >= 0) nodes.push_back(static_cast<NodeId>(u));
  }
  const PartRatios ratios{options.train_ratio, options.validation_ratio, options.test_ratio};
  Split split = options.train_per_class > 0 ? split_per_class(labels, nodes, options, rng)
                : options.whole_graphs      ? split_graphs(graph_of_node, nodes, ratios, rng)
                                            : split_by_ratio(labels, nodes, ratios, options.stratified, rng);
  for (std::vector<NodeId>* list : {&split.train, &split.validation, &split.test})
    std::sort(list->begin(), list->end());
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    if (split.of(part).empty()) {
      throw UsageError(fmt::format("split: {} labeled nodes leave the part '{}' empty", nodes.size(), to_string(part)));
    }
  }
  return split;
}

}  // namespace cairn
