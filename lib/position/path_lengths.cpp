#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "position/distances.h"
#include "position/shortest_lengths.h"

namespace cairn {

void require_positive_weights(const Graph& graph) {
  const std::span<const Real> weights = graph.weights();
  for (std::size_t arc = 0; arc < weights.size(); ++arc) {
    if (weights[arc] > 0 && std::isfinite(weights[arc])) continue;
    const auto row = std::upper_bound(graph.offsets().begin(), graph.offsets().end(), static_cast<EdgeId>(arc));
    throw UsageError(fmt::format("weighted paths: expected weights above 0, found {} from node {} to {}", weights[arc],
                                 row - graph.offsets().begin() - 1, graph.targets()[arc]));
  }
}

std::vector<NodeId> shortest_lengths(const Graph& graph, std::span<const NodeId> sources, std::span<double> lengths) {
  using Entry = std::pair<double, NodeId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  std::vector<NodeId> settled;
  std::vector<std::uint8_t> is_settled(lengths.size(), 0);
  std::fill(lengths.begin(), lengths.end(), std::numeric_limits<double>::infinity());
  for (const NodeId u : sources) {
    lengths[static_cast<std::size_t>(u)] = 0;
    queue.push({0, u});
  }
  while (!queue.empty()) {
    const auto [length, u] = queue.top();
    queue.pop();
    if (std::exchange(is_settled[static_cast<std::size_t>(u)], std::uint8_t{1}) != 0) continue;
    settled.push_back(u);
    const auto begin = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
    const auto end = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u) + 1]);
    for (std::size_t arc = begin; arc < end; ++arc) {
      const NodeId v = graph.targets()[arc];
      const double weight = graph.weighted() ? static_cast<double>(graph.weights()[arc]) : 1.0;
      double& known = lengths[static_cast<std::size_t>(v)];
      if (length + weight < known) {
        known = length + weight;
        queue.push({known, v});
      }
    }
  }
  return settled;
}

std::vector<std::vector<NodeId>> sources_of_slots(const Graph& graph, const AnchorSet& anchors) {
  const std::vector<std::int32_t> slots = anchors.slots();
  std::vector<std::vector<NodeId>> sources(static_cast<std::size_t>(anchors.slot_count()));
  for (std::size_t g = 0; g < slots.size(); ++g) {
    for (const NodeId u : anchors.groups[g]) {
      if (u < 0 || u >= graph.node_count()) {
        throw ShapeError(fmt::format("anchors: expected nodes below {}, found {}", graph.node_count(), u));
      }
      sources[static_cast<std::size_t>(slots[g])].push_back(u);
    }
  }
  return sources;
}

PathLengths path_lengths(const Graph& graph, const AnchorSet& anchors, PathDirection direction) {
  require_positive_weights(graph);
  const Graph out = direction == PathDirection::from_anchor ? graph : graph.reversed();
  const std::vector<std::vector<NodeId>> sources = sources_of_slots(graph, anchors);
  PathLengths result;
  result.node_count = graph.node_count();
  result.anchor_count = static_cast<Index>(sources.size());
  result.lengths.resize(static_cast<std::size_t>(result.node_count * result.anchor_count));
  parallel_blocks(result.anchor_count, 1, [&](Index slot, Index) {
    std::vector<double> lengths(static_cast<std::size_t>(result.node_count));
    shortest_lengths(out, sources[static_cast<std::size_t>(slot)], lengths);
    for (Index u = 0; u < result.node_count; ++u) {
      result.lengths[static_cast<std::size_t>(u * result.anchor_count + slot)] = lengths[static_cast<std::size_t>(u)];
    }
  });
  return result;
}

}  // namespace cairn
