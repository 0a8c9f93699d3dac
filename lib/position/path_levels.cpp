#include "position/path_levels.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/large_pages.h"
#include "core/parallel.h"
#include "position/shortest_lengths.h"

namespace cairn {

namespace {

/// One slot of weighted paths: nodes in the order in which they were settled, so that those before a node are known.
void weighted_levels(const PathGraphs& graphs, std::span<const NodeId> sources, Index most_levels,
                     std::vector<double>& lengths, std::vector<std::uint16_t>& levels) {
  const std::vector<NodeId> settled = shortest_lengths(graphs.out, sources, lengths);
  std::fill(levels.begin(), levels.end(), PathLevels::unreached);
  const std::span<const Real> weights = graphs.in.weights();
  for (const NodeId u : settled) {
    const double length = lengths[static_cast<std::size_t>(u)];
    Index level = 0;
    const auto begin = static_cast<std::size_t>(graphs.in.offsets()[static_cast<std::size_t>(u)]);
    const auto end = static_cast<std::size_t>(graphs.in.offsets()[static_cast<std::size_t>(u) + 1]);
    for (std::size_t arc = begin; length > 0 && arc < end; ++arc) {
      const auto w = static_cast<std::size_t>(graphs.in.targets()[arc]);
      if (levels[w] == PathLevels::unreached) continue;  // not settled yet, or nothing leads there
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[arc]);
      if (is_shortest(lengths[w], weight, length)) level = std::max<Index>(level, levels[w] + Index{1});
    }
    if (level >= PathLevels::unreached) {
      throw UsageError(fmt::format("paths: expected at most {} arcs from an anchor, found more; limit max_hops",
                                   PathLevels::unreached - 1));
    }
    levels[static_cast<std::size_t>(u)] = static_cast<std::uint16_t>(level);
  }
  if (most_levels == 0) return;
  for (std::uint16_t& level : levels) {
    if (level != PathLevels::unreached && level > most_levels) level = PathLevels::unreached;
  }
}

}  // namespace

PathGraphs::PathGraphs(const Graph& graph, PathDirection direction) : out(graph), in(graph.reversed()) {
  if (direction == PathDirection::towards_anchor) std::swap(out, in);
}

PathLevels path_levels(const PathGraphs& graphs, const AnchorSet& anchors, const PathOptions& options) {
  PathLevels result;
  result.node_count = graphs.out.node_count();
  if (!options.weighted) {
    HopDistances hops = hop_distances(graphs.out, graphs.in, anchors, options.max_hops);
    result.slot_count = hops.anchor_count;
    result.levels = std::move(hops.hops);
    return result;
  }
  if (options.max_hops < 0) throw UsageError(fmt::format("max_hops: expected at least 0, found {}", options.max_hops));
  require_positive_weights(graphs.out);
  const std::vector<std::vector<NodeId>> sources = sources_of_slots(graphs.out, anchors);
  const Index slots = static_cast<Index>(sources.size());
  result.slot_count = slots;
  result.levels = SharedArray<std::uint16_t>::uninitialized(result.node_count * slots);
  const std::span<std::uint16_t> table = result.levels.writable();
  advise_large_pages(table.data(), table.size_bytes());
  result.lengths.resize(table.size());
  parallel_blocks(slots, 1, [&](Index slot, Index) {
    std::vector<double> lengths(static_cast<std::size_t>(result.node_count));
    std::vector<std::uint16_t> levels(static_cast<std::size_t>(result.node_count));
    weighted_levels(graphs, sources[static_cast<std::size_t>(slot)], options.max_hops, lengths, levels);
    for (Index u = 0; u < result.node_count; ++u) {
      const auto at = static_cast<std::size_t>(u * slots + slot);
      table[at] = levels[static_cast<std::size_t>(u)];
      result.lengths[at] = lengths[static_cast<std::size_t>(u)];
    }
  });
  return result;
}

}  // namespace cairn
