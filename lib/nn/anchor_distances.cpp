#include "nn/anchor_distances.h"

#include <algorithm>

#include "core/parallel.h"

namespace cairn {

namespace {

AnchorDistances all_unreached(Index nodes, Index slots) {
  AnchorDistances distances;
  distances.node_count = nodes;
  distances.slot_count = slots;
  distances.place.resize(static_cast<std::size_t>(nodes * slots));
  distances.nearest.resize(distances.place.size());
  parallel_blocks(nodes, block_rows(slots), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      std::fill_n(distances.nearest.begin() + u * slots, slots, static_cast<NodeId>(u));
    }
  });
  return distances;
}

/// Fills what follows from places, of which the last is the unreached one.
void finish(AnchorDistances& distances) {
  const auto last = static_cast<std::int32_t>(distances.closeness.size()) - 1;
  for (std::size_t row = 0; row < distances.place.size(); ++row) {
    if (distances.place[row] == last) distances.unreached.push_back(static_cast<std::int32_t>(row));
  }
  list_senders(distances);
}

/// Distance and nearest member of each row that one way reaches, in columns first .. first + K - 1 of `slots`.
void note_distances(const PathItems& items, const AnchorSet& anchors, Index first, Index slots,
                    std::vector<double>& distance, std::vector<NodeId>& nearest) {
  const std::vector<std::int32_t> slot_of_group = anchors.slots();
  const auto& lists = items.lists;
  std::vector<NodeId> start(static_cast<std::size_t>(items.item_count()));
  for (Index level = 0; level < lists.level_count(); ++level) {
    for (auto i = static_cast<std::size_t>(lists.level_offsets[static_cast<std::size_t>(level)]);
         i < static_cast<std::size_t>(lists.level_offsets[static_cast<std::size_t>(level) + 1]); ++i) {
      start[i] = items.node[i];
      for (auto p = lists.predecessor_offsets[i]; p < lists.predecessor_offsets[i + 1]; ++p) {
        const NodeId of_path = start[static_cast<std::size_t>(lists.predecessors[static_cast<std::size_t>(p)])];
        start[i] = p == lists.predecessor_offsets[i] ? of_path : std::min(start[i], of_path);
      }
      const Index slot = first + slot_of_group[static_cast<std::size_t>(items.anchor[i])];
      const auto row = static_cast<std::size_t>(items.node[i] * slots + slot);
      distance[row] = items.distance.empty() ? static_cast<double>(level) : items.distance[i];
      nearest[row] = start[i];
    }
  }
}

}  // namespace

AnchorDistances anchor_distances(std::span<const NearestMembers> ways) {
  const Index nodes = ways.front().distances.node_count;
  const Index slots_a_way = ways.front().distances.anchor_count;
  const auto slots = slots_a_way * static_cast<Index>(ways.size());
  // A node at d arcs has one at d - 1 on its path: the hops that occur are 0 .. the most of them.
  std::int32_t hop_counts = 0;
  for (const NearestMembers& way : ways) {
    for (const std::uint16_t hops : way.distances.hops.values()) {
      if (hops != HopDistances::unreached) hop_counts = std::max(hop_counts, hops + 1);
    }
  }
  AnchorDistances found = all_unreached(nodes, slots);
  for (std::int32_t hops = 0; hops < hop_counts; ++hops) found.closeness.push_back(1 / static_cast<Real>(hops + 1));
  found.closeness.push_back(0);
  for (std::size_t w = 0; w < ways.size(); ++w) {
    const Index first = static_cast<Index>(w) * slots_a_way;
    parallel_blocks(nodes, block_rows(slots_a_way), [&](Index begin, Index end) {
      for (Index u = begin; u < end; ++u) {
        const std::uint16_t* const hops = ways[w].distances.row(u).data();
        const NodeId* const member = ways[w].member.data() + u * slots_a_way;
        std::int32_t* const place = found.place.data() + u * slots + first;
        NodeId* const nearest = found.nearest.data() + u * slots + first;
        for (Index k = 0; k < slots_a_way; ++k) {
          place[k] = hops[k] == HopDistances::unreached ? hop_counts : hops[k];
          nearest[k] = member[k] == NearestMembers::none ? nearest[k] : member[k];
        }
      }
    });
  }
  finish(found);
  return found;
}

AnchorDistances anchor_distances(std::span<const PathItems> ways, const AnchorSet& anchors) {
  const Index slots = anchors.slot_count() * static_cast<Index>(ways.size());
  AnchorDistances found = all_unreached(ways.front().node_count, slots);
  std::vector<double> distance(found.place.size(), -1);
  Index first = 0;
  for (const PathItems& items : ways) {
    note_distances(items, anchors, first, slots, distance, found.nearest);
    first += anchors.slot_count();
  }
  std::vector<double> values(distance);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (!values.empty() && values.front() < 0) values.erase(values.begin());
  for (const double value : values) found.closeness.push_back(static_cast<Real>(1 / (value + 1)));
  found.closeness.push_back(0);
  for (std::size_t row = 0; row < distance.size(); ++row) {
    const double d = distance[row];
    const auto place = d < 0 ? values.end() : std::lower_bound(values.begin(), values.end(), d);
    found.place[row] = static_cast<std::int32_t>(place - values.begin());
  }
  finish(found);
  return found;
}

}  // namespace cairn
