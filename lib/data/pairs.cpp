#include "data/pairs.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "core/draws.h"
#include "core/error.h"
#include "core/key_set.h"
#include "data/deal.h"
#include "data/graph_numbers.h"
#include "data/negative_pairs.h"

namespace cairn {

namespace {

constexpr std::array<Part, 3> parts{Part::train, Part::validation, Part::test};

PairSet& part_of(PairSplit& split, Part part) {
  return part == Part::train ? split.train : part == Part::validation ? split.validation : split.test;
}

bool in_order(NodePair a, NodePair b) { return pair_key(a) < pair_key(b); }

bool has_arc(const Graph& graph, NodeId u, NodeId v) {
  const auto neighbors = graph.neighbors(u);
  return std::binary_search(neighbors.begin(), neighbors.end(), v);
}

PartRatios ratios_of(const PairSplitOptions& options) {
  return {options.train_ratio, options.validation_ratio, options.test_ratio};
}

void check_options(std::string_view what, const PairSplitOptions& options) {
  check_ratios(what, ratios_of(options));
  if (options.most_pairs < 0) {
    throw UsageError(fmt::format("{}: expected at least 0 positives of a graph, found {}", what, options.most_pairs));
  }
}

void require_filled(std::string_view what, const PairSplit& split, const PairSplitOptions& options) {
  for (const Part part : parts) {
    const auto [positives, negatives] = std::pair(split.of(part).positives.size(), split.of(part).negatives.size());
    if (positives > 0 && negatives > 0) continue;
    std::size_t all = 0;
    for (const Part other : parts) all += split.of(other).positives.size();
    throw UsageError(fmt::format(
        "{}: ratios {}, {} and {} leave the part '{}' with {} positives (of {} over all parts) and {} negatives", what,
        options.train_ratio, options.validation_ratio, options.test_ratio, to_string(part), positives, all, negatives));
  }
}

/// Deals pairs of one graph at random, and appends them in order.
void deal(std::vector<NodePair> pairs, const PartRatios& ratios, PairSplit& split, Rng& rng) {
  shuffle(pairs, rng);
  const PartCounts counts = part_counts(static_cast<Index>(pairs.size()), ratios, rng);
  auto next = pairs.begin();
  for (std::size_t p = 0; p < parts.size(); ++p) {
    std::sort(next, next + counts[p], in_order);
    auto& list = part_of(split, parts[p]).positives;
    list.insert(list.end(), next, next + counts[p]);
    next += counts[p];
  }
}

std::vector<std::vector<NodePair>> links_by_graph(const Graph& graph, const GraphNumbers& graphs) {
  std::vector<std::vector<NodePair>> links(graphs.count());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (graphs.of(u) != graphs.of(v)) {
        throw ShapeError(
            fmt::format("link split: arc ({}, {}) joins the graphs {} and {}", u, v, graphs.of(u), graphs.of(v)));
      }
      if (u < v || (u > v && graph.directed() && !has_arc(graph, v, u))) {
        links[graphs.of(u)].push_back({std::min(u, v), std::max(u, v)});
      }
    }
  }
  return links;
}

/// The arcs whose pair of nodes is one of `kept`, with their weights.
Graph kept_arcs(const Graph& graph, std::span<const NodePair> kept) {
  KeySet keys(kept.size());
  for (const NodePair pair : kept) keys.insert(pair_key(pair));
  std::vector<EdgeId> offsets{0};
  std::vector<NodeId> targets;
  std::vector<Real> weights;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    EdgeId arc = graph.offsets()[static_cast<std::size_t>(u)];
    for (const NodeId v : graph.neighbors(u)) {
      if (keys.contains(pair_key({u, v}))) {
        targets.push_back(v);
        if (graph.weighted()) weights.push_back(graph.weights()[static_cast<std::size_t>(arc)]);
      }
      ++arc;
    }
    offsets.push_back(static_cast<EdgeId>(targets.size()));
  }
  return Graph::from_rows(std::move(offsets), std::move(targets), std::move(weights),
                          {.directed = graph.directed(), .weighted = graph.weighted()});
}

/// Pairs of `nodes` with equal labels: all of them, or `most` of them, each set of so many equally likely.
std::vector<NodePair> equal_label_pairs(std::vector<NodeId> nodes, std::span<const std::int32_t> labels,
                                        std::int64_t most, Rng& rng) {
  const auto label = [&](NodeId u) { return labels[static_cast<std::size_t>(u)]; };
  std::sort(nodes.begin(), nodes.end(),
            [&](NodeId a, NodeId b) { return std::pair(label(a), a) < std::pair(label(b), b); });
  std::vector<std::size_t> starts;  // of the runs of one label
  std::vector<std::int64_t>
      first_pair{};  // pairs in the runs before; pair (i, j), i < j, of a run is its j (j - 1) / 2 + i
  std::int64_t count = 0;
  for (std::size_t begin = 0; begin < nodes.size();) {
    std::size_t end = begin;
    while (end < nodes.size() && label(nodes[end]) == label(nodes[begin])) ++end;
    starts.push_back(begin);
    first_pair.push_back(count);
    const auto size = static_cast<std::int64_t>(end - begin);
    count += size * (size - 1) / 2;
    begin = end;
  }
  std::vector<NodePair> pairs;
  std::size_t run = 0;
  for (const std::int64_t number : sample_below(count, most, rng)) {
    while (run + 1 < starts.size() && first_pair[run + 1] <= number) ++run;
    const std::int64_t local = number - first_pair[run];
    auto j = static_cast<std::int64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(local))) / 2);
    while (j * (j - 1) / 2 > local) --j;  // the root is rounded
    while ((j + 1) * j / 2 <= local) ++j;
    const auto i = local - j * (j - 1) / 2;
    pairs.push_back(
        {nodes[starts[run] + static_cast<std::size_t>(i)], nodes[starts[run] + static_cast<std::size_t>(j)]});
  }
  std::sort(pairs.begin(), pairs.end(), in_order);
  return pairs;
}

std::vector<std::vector<NodeId>> labeled_by_graph(std::span<const std::int32_t> labels, const GraphNumbers& graphs) {
  std::vector<std::vector<NodeId>> nodes(graphs.count());
  for (std::size_t u = 0; u < labels.size(); ++u) {
    if (labels[u] >= 0) nodes[graphs.of(static_cast<NodeId>(u))].push_back(static_cast<NodeId>(u));
  }
  return nodes;
}

std::int64_t limit_of(Index most_pairs) {
  return most_pairs > 0 ? most_pairs : std::numeric_limits<std::int64_t>::max();
}

PairSplit split_all_pairs(std::span<const std::int32_t> labels, std::span<const std::int32_t> graph_of_node,
                          const GraphNumbers& graphs, const PairSplitOptions& options, Rng& rng) {
  PairSplit split;
  for (std::vector<NodeId>& nodes : labeled_by_graph(labels, graphs)) {
    deal(equal_label_pairs(std::move(nodes), labels, limit_of(options.most_pairs), rng), ratios_of(options), split,
         rng);
  }
  const auto node_count = static_cast<Index>(labels.size());
  // Training may not know which other pairs are positives: any pair of labeled nodes may be its negative.
  std::vector<std::int32_t> own_class(labels.begin(), labels.end());
  for (std::size_t u = 0; u < own_class.size(); ++u) own_class[u] = labels[u] < 0 ? -1 : static_cast<std::int32_t>(u);
  split.train.negatives = draw_negatives({node_count, graph_of_node, own_class}, split.train.positives, {}, rng);
  for (PairSet* judged : {&split.validation, &split.test}) {
    judged->negatives = draw_negatives({node_count, graph_of_node, labels}, judged->positives, {}, rng);
  }
  return split;
}

PairSplit split_by_nodes(std::span<const std::int32_t> labels, std::span<const std::int32_t> graph_of_node,
                         const GraphNumbers& graphs, const PairSplitOptions& options, Rng& rng) {
  PairSplit split;
  std::array<std::vector<std::int32_t>, 3> labels_of;  // of the nodes of a part; -1 for all others
  labels_of.fill(std::vector<std::int32_t>(labels.size(), -1));
  for (std::vector<NodeId>& nodes : labeled_by_graph(labels, graphs)) {
    shuffle(nodes, rng);
    const PartCounts counts = part_counts(static_cast<Index>(nodes.size()), ratios_of(options), rng);
    const PartCounts limits = part_counts(options.most_pairs, ratios_of(options), rng);
    auto next = nodes.begin();
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const std::vector<NodeId> own(next, next + counts[p]);
      next += counts[p];
      for (const NodeId u : own) labels_of[p][static_cast<std::size_t>(u)] = labels[static_cast<std::size_t>(u)];
      const std::int64_t most = options.most_pairs > 0 ? limits[p] : limit_of(0);
      const std::vector<NodePair> pairs = equal_label_pairs(own, labels, most, rng);
      auto& list = part_of(split, parts[p]).positives;
      list.insert(list.end(), pairs.begin(), pairs.end());
    }
  }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    PairSet& set = part_of(split, parts[p]);
    set.negatives =
        draw_negatives({static_cast<Index>(labels.size()), graph_of_node, labels_of[p]}, set.positives, {}, rng);
  }
  return split;
}

[[noreturn]] void report_leak(Part part, std::string_view sign, NodePair pair, std::string_view fault) {
  throw Error(fmt::format("pair split: {} {} ({}, {}) {}", to_string(part), sign, pair.u, pair.v, fault));
}

}  // namespace

const PairSet& PairSplit::of(Part part) const {
  return part == Part::train ? train : part == Part::validation ? validation : test;
}

LinkSplit split_links(const Graph& graph, std::span<const std::int32_t> graph_of_node, const PairSplitOptions& options,
                      Rng& rng) {
  check_options("link split", options);
  const GraphNumbers graphs(graph_of_node, graph.node_count(), "link split");
  const std::vector<std::vector<NodePair>> links = links_by_graph(graph, graphs);
  LinkSplit split;
  std::vector<NodePair> all;
  for (const std::vector<NodePair>& own : links) {
    deal(own, ratios_of(options), split.pairs, rng);
    all.insert(all.end(), own.begin(), own.end());
  }
  const NegativeCandidates candidates{graph.node_count(), graph_of_node, {}};
  split.pairs.train.negatives = draw_negatives(candidates, split.pairs.train.positives, {}, rng);
  for (PairSet* judged : {&split.pairs.validation, &split.pairs.test}) {
    judged->negatives = draw_negatives(candidates, judged->positives, all, rng);
  }
  require_filled("link split", split.pairs, options);
  split.message_graph = kept_arcs(graph, split.pairs.train.positives);
  check_no_leak(split);
  return split;
}

PairSplit split_pairs(std::span<const std::int32_t> labels, std::span<const std::int32_t> graph_of_node,
                      Index node_count, const PairSplitOptions& options, Rng& rng) {
  check_options("pair split", options);
  if (static_cast<Index>(labels.size()) != node_count) {
    throw ShapeError(fmt::format("pair split: {} nodes, {} labels", node_count, labels.size()));
  }
  const GraphNumbers graphs(graph_of_node, node_count, "pair split");
  PairSplit split = options.node_disjoint ? split_by_nodes(labels, graph_of_node, graphs, options, rng)
                                          : split_all_pairs(labels, graph_of_node, graphs, options, rng);
  require_filled("pair split", split, options);
  check_no_leak(split);
  return split;
}

void check_no_leak(const PairSplit& pairs) {
  KeySet positives(pairs.train.positives.size() + pairs.validation.positives.size() + pairs.test.positives.size());
  for (const Part part : parts) {
    for (const NodePair pair : pairs.of(part).positives) {
      if (pair.u == pair.v) report_leak(part, "positive", pair, "joins a node with itself");
      if (!positives.insert(pair_key(pair)))
        report_leak(part, "positive", pair, "occurs twice, in this part or an earlier one");
    }
    for (const NodePair pair : pairs.of(part).negatives) {
      if (pair.u == pair.v) report_leak(part, "negative", pair, "joins a node with itself");
      if (positives.contains(pair_key(pair)))
        report_leak(part, "negative", pair, "is a positive of this part or an earlier one");
    }
  }
}

void check_no_leak(const LinkSplit& split) {
  check_no_leak(split.pairs);
  const Graph& graph = split.message_graph;
  const auto check_unlinked = [&](Part part, std::string_view sign, const std::vector<NodePair>& pairs) {
    for (const NodePair pair : pairs) {
      if (std::min(pair.u, pair.v) < 0 || std::max(pair.u, pair.v) >= graph.node_count()) {
        throw ShapeError(
            fmt::format("pair split: ({}, {}) are not two of {} nodes", pair.u, pair.v, graph.node_count()));
      }
      if (has_arc(graph, pair.u, pair.v)) report_leak(part, sign, pair, "is a message arc");
      if (has_arc(graph, pair.v, pair.u)) report_leak(part, sign, pair, "is a message arc turned around");
    }
  };
  for (const Part part : parts) {
    if (part != Part::train) check_unlinked(part, "positive", split.pairs.of(part).positives);
    check_unlinked(part, "negative", split.pairs.of(part).negatives);
  }
}

}  // namespace cairn
