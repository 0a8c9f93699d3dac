#include "position/path_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/large_pages.h"
#include "core/parallel.h"
#include "position/path_counts.h"
#include "position/path_levels.h"
#include "position/path_lists.h"

namespace cairn {

namespace {

constexpr Index most_numbering_blocks = 64;  // each keeps a count a level
constexpr Index items_per_block = 8192;

/// Numbers the items by level, node and slot. Returns the number of each pair [N, K], undefined where unreached.
SharedArray<std::int32_t> number_items(const PathLevels& levels, PathItems& items) {
  const Index nodes = levels.node_count;
  const Index slots = levels.slot_count;
  const Index block = std::max<Index>(256, (nodes + most_numbering_blocks - 1) / most_numbering_blocks);
  std::vector<std::vector<std::int64_t>> next(static_cast<std::size_t>((nodes + block - 1) / block));
  const auto each_pair = [&](auto work) {
    parallel_blocks(nodes, block, [&](Index begin, Index end) {
      std::vector<std::int64_t>& own = next[static_cast<std::size_t>(begin / block)];
      for (Index u = begin; u < end; ++u) {
        for (Index slot = 0; slot < slots; ++slot) {
          const std::uint16_t level = levels.row(u)[slot];
          if (level != PathLevels::unreached) work(own, u, slot, level);
        }
      }
    });
  };
  each_pair([](std::vector<std::int64_t>& counts, Index, Index, std::size_t level) {
    if (counts.size() <= level) counts.resize(level + 1, 0);
    ++counts[level];
  });

  std::size_t level_count = 0;
  for (const auto& counts : next) level_count = std::max(level_count, counts.size());
  std::vector<std::int32_t>& offsets = items.lists.level_offsets;
  std::int64_t total = 0;
  for (std::size_t level = 0; level <= level_count; ++level) {
    check_list_size(total, "pairs of an anchor and a node");
    offsets.push_back(static_cast<std::int32_t>(total));
    for (auto& counts : next) {
      if (level < counts.size()) total += std::exchange(counts[level], total);
    }
  }

  items.node.resize(static_cast<std::size_t>(total));
  items.anchor.resize(static_cast<std::size_t>(total));
  if (!levels.lengths.empty()) items.distance.resize(static_cast<std::size_t>(total));
  auto numbers = SharedArray<std::int32_t>::uninitialized(nodes * slots);
  const std::span<std::int32_t> number = numbers.writable();
  advise_large_pages(number.data(), number.size_bytes());
  each_pair([&](std::vector<std::int64_t>& own, Index u, Index slot, std::size_t level) {
    const std::int64_t item = own[level]++;
    const auto at = static_cast<std::size_t>(item);
    items.node[at] = static_cast<NodeId>(u);
    if (!items.distance.empty()) items.distance[at] = levels.length_row(u)[slot];
    number[static_cast<std::size_t>(u * slots + slot)] = static_cast<std::int32_t>(item);
  });
  return numbers;
}

/// Anchors of level 0; the others have those of their predecessors.
void mark_anchors(const AnchorSet& anchors, std::span<const std::int32_t> numbers, Index slot_count, PathItems& items) {
  const std::vector<std::int32_t> slots = anchors.slots();
  for (std::size_t g = 0; g < slots.size(); ++g) {
    for (const NodeId u : anchors.groups[g]) {
      const std::int32_t item = numbers[static_cast<std::size_t>(u * slot_count + slots[g])];
      items.anchor[static_cast<std::size_t>(item)] = static_cast<std::int32_t>(g);
    }
  }
}

}  // namespace

PathItems shortest_path_items(const Graph& graph, const AnchorSet& anchors, const PathOptions& options) {
  const PathGraphs graphs(graph, options.direction);
  PathItems items;
  items.node_count = graph.node_count();
  items.anchor_count = anchors.size();
  {
    const PathLevels levels = path_levels(graphs, anchors, options);
    items.slot_count = levels.slot_count;
    const SharedArray<std::int32_t> numbers = number_items(levels, items);
    mark_anchors(anchors, numbers.values(), levels.slot_count, items);
    list_paths(graphs, levels, numbers.values(), options, items.lists);
    if (options.siblings) list_siblings(graph, levels, numbers.values(), items.lists);
  }
  follow_paths(items);
  return items;
}

void lists_to_rows(PathItems& items, const AnchorSet& anchors) {
  if (items.node_count * items.slot_count > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError(fmt::format("paths: expected fewer than 2^31 pairs of an anchor and a node, found {} x {}",
                                 items.slot_count, items.node_count));
  }
  const std::vector<std::int32_t> slots = anchors.slots();
  std::vector<std::int32_t> rows(items.node.size());
  parallel_blocks(items.item_count(), items_per_block, [&](Index begin, Index end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      rows[i] = items.node[i] * static_cast<std::int32_t>(items.slot_count) +
                slots[static_cast<std::size_t>(items.anchor[i])];
    }
  });
  for (std::vector<std::int32_t>* list : {&items.lists.predecessors, &items.lists.successors, &items.lists.siblings}) {
    parallel_blocks(static_cast<Index>(list->size()), items_per_block, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        std::int32_t& entry = (*list)[static_cast<std::size_t>(i)];
        entry = rows[static_cast<std::size_t>(entry)];
      }
    });
  }
}

}  // namespace cairn
