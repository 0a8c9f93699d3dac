#include "data/negative_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "data/graph_numbers.h"

namespace cairn {

NegativeSampler::NegativeSampler(const NegativeCandidates& candidates, std::span<const NodePair> positives,
                                 std::span<const NodePair> excluded) {
  const auto [node_count, graph_of_node, class_of_node] = candidates;
  const GraphNumbers graphs(graph_of_node, node_count, "negative pairs");
  if (!class_of_node.empty() && static_cast<Index>(class_of_node.size()) != node_count) {
    throw ShapeError(fmt::format("negative pairs: {} nodes, {} with a class", node_count, class_of_node.size()));
  }
  const auto class_of = [classes = class_of_node](NodeId u) {
    return classes.empty() ? u : classes[static_cast<std::size_t>(u)];
  };
  const auto group_of = [&](NodeId u) { return std::pair(graphs.of(u), class_of(u)); };

  for (NodeId u = 0; u < node_count; ++u) {
    if (class_of(u) >= 0) order_.push_back(u);
  }
  std::stable_sort(order_.begin(), order_.end(), [&](NodeId a, NodeId b) { return group_of(a) < group_of(b); });
  place_.assign(static_cast<std::size_t>(node_count), -1);
  for (std::size_t i = 0; i < order_.size(); ++i) place_[static_cast<std::size_t>(order_[i])] = static_cast<Index>(i);

  graphs_.resize(graphs.count());
  const auto nodes = static_cast<Index>(order_.size());
  const auto node_at = [&](Index i) { return order_[static_cast<std::size_t>(i)]; };
  Index begin = 0;
  for (std::size_t g = 0; g < graphs_.size(); ++g) {
    GraphPairs& graph = graphs_[g];
    graph.block_begin = blocks_.size();
    graph.node_end = begin;
    while (graph.node_end < nodes && graphs.of(node_at(graph.node_end)) == g) ++graph.node_end;
    while (begin < graph.node_end) {
      Block block{.begin = begin, .end = begin, .first_pair = graph.count};
      while (block.end < graph.node_end && class_of(node_at(block.end)) == class_of(node_at(begin))) ++block.end;
      graph.count += (block.end - block.begin) * (graph.node_end - block.end);
      blocks_.push_back(block);
      begin = block.end;
    }
    graph.block_end = blocks_.size();
  }

  const auto graph_of = [&, count = node_count](NodePair pair) {
    if (std::min(pair.u, pair.v) < 0 || std::max(pair.u, pair.v) >= count || graphs.of(pair.u) != graphs.of(pair.v)) {
      throw ShapeError(
          fmt::format("negative pairs: ({}, {}) are not two of {} nodes, of one graph", pair.u, pair.v, count));
    }
    return graphs.of(pair.u);
  };
  for (const NodePair pair : positives) ++graphs_[graph_of(pair)].wanted;
  for (const std::span<const NodePair> pairs : {positives, excluded}) {
    for (const NodePair pair : pairs) {
      GraphPairs& graph = graphs_[graph_of(pair)];
      if (const std::int64_t number = number_of(graph, pair); number >= 0) graph.excluded.push_back(number);
    }
  }
  for (GraphPairs& graph : graphs_) {
    std::sort(graph.excluded.begin(), graph.excluded.end());
    graph.excluded.erase(std::unique(graph.excluded.begin(), graph.excluded.end()), graph.excluded.end());
  }
}

std::int64_t NegativeSampler::number_of(const GraphPairs& graph, NodePair pair) const {
  const auto [low, high] =
      std::minmax({place_[static_cast<std::size_t>(pair.u)], place_[static_cast<std::size_t>(pair.v)]});
  if (low < 0) return -1;
  const auto after = std::upper_bound(blocks_.begin() + static_cast<Index>(graph.block_begin),
                                      blocks_.begin() + static_cast<Index>(graph.block_end), low,
                                      [](Index place, const Block& block) { return place < block.begin; });
  const Block& block = *(after - 1);
  if (high < block.end) return -1;
  return block.first_pair + (low - block.begin) * (graph.node_end - block.end) + (high - block.end);
}

std::vector<NodePair> NegativeSampler::draw(Rng& rng) const {
  std::vector<NodePair> drawn;
  for (const GraphPairs& graph : graphs_) {
    const auto excluded_count = static_cast<std::int64_t>(graph.excluded.size());
    const auto begin = static_cast<Index>(drawn.size());
    std::size_t block = graph.block_begin;
    std::int64_t below = 0;  // excluded numbers at or below the drawn one
    for (const std::int64_t rank : sample_below(graph.count - excluded_count, graph.wanted, rng)) {
      // rank: among the numbers that are not excluded
      while (below < excluded_count && graph.excluded[static_cast<std::size_t>(below)] <= rank + below) ++below;
      const std::int64_t number = rank + below;
      while (block + 1 < graph.block_end && blocks_[block + 1].first_pair <= number) ++block;
      const Block& own = blocks_[block];
      const Index behind = graph.node_end - own.end;
      const std::int64_t local = number - own.first_pair;
      const auto [u, v] = std::minmax({order_[static_cast<std::size_t>(own.begin + local / behind)],
                                       order_[static_cast<std::size_t>(own.end + local % behind)]});
      drawn.push_back({u, v});
    }
    std::sort(drawn.begin() + begin, drawn.end(), [](NodePair a, NodePair b) { return pair_key(a) < pair_key(b); });
  }
  return drawn;
}

std::vector<NodePair> draw_negatives(const NegativeCandidates& candidates, std::span<const NodePair> positives,
                                     std::span<const NodePair> excluded, Rng& rng) {
  return NegativeSampler(candidates, positives, excluded).draw(rng);
}

}  // namespace cairn
