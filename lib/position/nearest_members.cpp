#include "position/nearest_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "position/lane_searches.h"
#include "position/shortest_lengths.h"

namespace cairn {

namespace {

/// Of each slot its only source, where a path leads.
std::vector<NodeId> only_members(const std::vector<std::vector<NodeId>>& sources, const HopDistances& distances) {
  const Index slots = distances.anchor_count;
  const std::uint16_t* const hops = distances.hops.values().data();
  std::vector<NodeId> member(static_cast<std::size_t>(distances.node_count * slots), NearestMembers::none);
  parallel_blocks(distances.node_count, block_rows(slots), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      for (Index slot = 0; slot < slots; ++slot) {
        const Index row = u * slots + slot;
        if (hops[row] == HopDistances::unreached) continue;
        member[static_cast<std::size_t>(row)] = sources[static_cast<std::size_t>(slot)].front();
      }
    }
  });
  return member;
}

}  // namespace

NearestMembers nearest_members(const Graph& graph, const AnchorSet& anchors, PathDirection direction, Index max_hops) {
  if (max_hops < 0) throw UsageError(fmt::format("max_hops: expected at least 0, found {}", max_hops));
  const std::vector<std::vector<NodeId>> sources = sources_of_slots(graph, anchors);
  NearestMembers result;
  HopDistances& distances = result.distances;
  if (std::all_of(sources.begin(), sources.end(), [](const auto& own) { return own.size() < 2; })) {
    distances = hop_distances(graph, anchors, direction, max_hops);
    result.member = only_members(sources, distances);
    return result;
  }
  distances.node_count = graph.node_count();
  distances.anchor_count = static_cast<Index>(sources.size());
  distances.hops = SharedArray<std::uint16_t>::uninitialized(distances.node_count * distances.anchor_count);
  result.member.resize(distances.hops.values().size());
  const Graph out = direction == PathDirection::from_anchor ? graph : graph.reversed();
  const LaneTables tables{
      .hops = distances.hops.writable().data(), .nearest = result.member.data(), .row_stride = distances.anchor_count};
  if (!search_lanes(out, sources, max_hops, tables)) throw_too_many_hops();
  return result;
}

}  // namespace cairn
