#include "position/distances.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/large_pages.h"
#include "position/lane_searches.h"
#include "position/shortest_lengths.h"
#include "position/sweep.h"

namespace cairn {

namespace {

/// Searches from the slots from `first` on as long as more than `few` are left. Returns the first that is not done.
template <int W>
Index search(const Graph& out, const Graph& in, std::span<const std::vector<NodeId>> sources, Index max_hops,
             HopDistances& result, Index first, Index few) {
  if (result.anchor_count - first <= few) return first;
  std::uint16_t* const hops = result.hops.writable().data();
  Sweep<W> sweep(out, in, max_hops);
  while (result.anchor_count - first > few) {
    const auto lanes = std::min<Index>(Sweep<W>::most_lanes, result.anchor_count - first);
    const auto part = sources.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(lanes));
    const LaneTables tables{.hops = hops + first, .row_stride = result.anchor_count};
    if (!sweep.run(part, tables.hops, tables.row_stride) && !search_lanes(out, part, max_hops, tables)) {
      throw_too_many_hops();
    }
    first += lanes;
  }
  return first;
}

}  // namespace

HopDistances hop_distances(const Graph& out, const Graph& in, const AnchorSet& anchors, Index max_hops) {
  if (max_hops < 0) throw UsageError(fmt::format("max_hops: expected at least 0, found {}", max_hops));
  const std::vector<std::vector<NodeId>> sources = sources_of_slots(out, anchors);
  HopDistances result;
  result.node_count = out.node_count();
  result.anchor_count = static_cast<Index>(sources.size());
  result.hops = SharedArray<std::uint16_t>::uninitialized(result.node_count * result.anchor_count);
  const std::span<std::uint16_t> hops = result.hops.writable();
  advise_large_pages(hops.data(), hops.size_bytes());

  // As few words as hold what is left: wider ones cost memory and time that lanes without a source waste.
  Index first = search<4>(out, in, sources, max_hops, result, 0, Sweep<2>::most_lanes);
  first = search<2>(out, in, sources, max_hops, result, first, Sweep<1>::most_lanes);
  search<1>(out, in, sources, max_hops, result, first, 0);
  return result;
}

HopDistances hop_distances(const Graph& graph, const AnchorSet& anchors, PathDirection direction, Index max_hops) {
  const Graph turned = graph.reversed();
  return direction == PathDirection::from_anchor ? hop_distances(graph, turned, anchors, max_hops)
                                                 : hop_distances(turned, graph, anchors, max_hops);
}

}  // namespace cairn
