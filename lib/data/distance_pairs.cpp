#include "data/distance_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "core/key_set.h"
#include "data/deal.h"
#include "data/graph_numbers.h"
#include "graph/traversal.h"

namespace cairn {

namespace {

struct FoundPair {
  NodePair pair;
  std::int32_t hops = 0;
};

std::vector<std::vector<NodeId>> nodes_by_graph(const Graph& graph, const GraphNumbers& graphs) {
  std::vector<std::vector<NodeId>> nodes(graphs.count());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    nodes[graphs.of(u)].push_back(u);
    for (const NodeId v : graph.neighbors(u)) {
      if (graphs.of(u) == graphs.of(v)) continue;
      throw ShapeError(
          fmt::format("distance pairs: arc ({}, {}) joins the graphs {} and {}", u, v, graphs.of(u), graphs.of(v)));
    }
  }
  return nodes;
}

/// Up to `wanted` pairs whose source is one of `sources`, the nodes of one graph.
std::vector<FoundPair> sample_from(const Graph& graph, std::vector<NodeId> sources, std::int64_t wanted, Rng& rng) {
  std::vector<FoundPair> found;
  const auto enough = [&] { return static_cast<std::int64_t>(found.size()) >= wanted; };
  const auto nodes = static_cast<std::int64_t>(sources.size());
  KeySet taken(static_cast<std::size_t>(std::min(wanted, nodes * (nodes - 1) / 2)));
  std::vector<NodeId> reached;
  auto targets = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(wanted))));
  for (bool all = false; !all && !enough(); targets *= 4) {
    all = targets >= nodes;  // after this turn there is nothing left to find
    shuffle(sources, rng);
    for (const NodeId source : sources) {
      if (enough()) break;
      const std::vector<std::int32_t> hops = hop_distances(graph, source);
      reached.clear();
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        if (hops[static_cast<std::size_t>(u)] > 0) reached.push_back(u);
      }
      std::vector<std::int64_t> picks = sample_below(static_cast<std::int64_t>(reached.size()), targets, rng);
      shuffle(picks, rng);  // the last source may need only some of them
      for (const std::int64_t pick : picks) {
        if (enough()) break;
        const NodeId target = reached[static_cast<std::size_t>(pick)];
        NodePair pair{source, target};
        if (!taken.insert(pair_key(pair))) continue;
        if (!graph.directed() && pair.u > pair.v) std::swap(pair.u, pair.v);
        found.push_back({pair, hops[static_cast<std::size_t>(target)]});
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const FoundPair& a, const FoundPair& b) { return pair_key(a.pair) < pair_key(b.pair); });
  return found;
}

}  // namespace

const DistancePairs& DistanceSplit::of(Part part) const {
  return part == Part::train ? train : part == Part::validation ? validation : test;
}

DistancePairs sample_distance_pairs(const Graph& graph, std::span<const std::int32_t> graph_of_node, Index count,
                                    Rng& rng) {
  if (count < 1) throw UsageError(fmt::format("distance pairs: expected at least 1 pair, found {}", count));
  const GraphNumbers graphs(graph_of_node, graph.node_count(), "distance pairs");
  DistancePairs result;
  Index nodes_before = 0;
  std::int64_t dealt = 0;  // shares are rounded so that they add up to count
  for (std::vector<NodeId>& nodes : nodes_by_graph(graph, graphs)) {
    nodes_before += static_cast<Index>(nodes.size());
    const double share =
        static_cast<double>(nodes_before) / static_cast<double>(std::max<Index>(graph.node_count(), 1));
    const std::int64_t until = std::llround(static_cast<double>(count) * share);
    for (const auto& [pair, hops] : sample_from(graph, std::move(nodes), until - dealt, rng)) {
      result.pairs.push_back(pair);
      result.distances.push_back(static_cast<Real>(hops));
    }
    dealt = until;
  }
  if (result.pairs.empty()) throw UsageError("distance pairs: expected paths between nodes, found none");
  return result;
}

DistanceSplit split_distance_pairs(const DistancePairs& pairs, const PairSplitOptions& options, Rng& rng) {
  const PartRatios ratios{options.train_ratio, options.validation_ratio, options.test_ratio};
  check_ratios("distance pairs", ratios);
  if (pairs.pairs.size() != pairs.distances.size()) {
    throw ShapeError(fmt::format("distance pairs: {} pairs, {} distances", pairs.pairs.size(), pairs.distances.size()));
  }
  KeySet keys(pairs.pairs.size());
  for (const NodePair pair : pairs.pairs) {
    if (!keys.insert(pair_key(pair))) throw Error(fmt::format("distance pairs: ({}, {}) occurs twice", pair.u, pair.v));
  }
  std::vector<std::size_t> order(pairs.pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, rng);
  const PartCounts counts = part_counts(static_cast<Index>(order.size()), ratios, rng);
  DistanceSplit split;
  auto next = order.begin();
  std::size_t part = 0;
  for (DistancePairs* own : {&split.train, &split.validation, &split.test}) {
    const auto end = next + counts[part];
    if (next == end) {
      throw UsageError(fmt::format("distance pairs: {} pairs leave the part '{}' empty", pairs.pairs.size(),
                                   to_string(static_cast<Part>(part))));
    }
    std::sort(next, end);
    for (; next != end; ++next) {
      own->pairs.push_back(pairs.pairs[*next]);
      own->distances.push_back(pairs.distances[*next]);
    }
    ++part;
  }
  return split;
}

}  // namespace cairn
