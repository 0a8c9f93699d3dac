#include <algorithm>

#include "position/path_items.h"
#include "position/path_levels.h"
#include "position/path_lists.h"

namespace cairn {

namespace {

/// From numbers of items, DAG arcs and listed siblings.
PathBytes bytes_of(Index nodes, Index pairs, Index items, Index dag_arcs, Index siblings, Index levels,
                   const PathOptions& options) {
  if (options.one_predecessor) dag_arcs = std::min(dag_arcs, items);
  if (!options.siblings) siblings = 0;
  PathBytes bytes{.items = items, .dag_arcs = dag_arcs};
  // node, anchor, log path count, two offsets; distance; offsets of siblings
  const Index item_bytes = 5 * 4 + (options.weighted ? 8 : 0) + (options.siblings ? 4 : 0);
  bytes.result = items * item_bytes + (2 * dag_arcs + siblings) * 4 + (levels + 1) * 4 +
                 (options.siblings ? 12 : 8);  // each list of offsets has one more than items
  // While lists are built: level and number of every pair, its length where weighted, and what a search keeps a node.
  // Path counts come after them, in double.
  const Index pair_bytes = 2 + 4 + (options.weighted ? 8 : 0);
  bytes.peak = bytes.result + std::max(pairs * pair_bytes + nodes * 40, items * 8);
  return bytes;
}

Index sampled_slots(Index slots, Index samples) { return std::clamp<Index>(samples, 1, std::max<Index>(slots, 1)); }

/// The groups whose slot is the middle of one of `sampled` equal parts.
AnchorSet spread_slots(const AnchorSet& anchors, Index sampled) {
  const Index slots = anchors.slot_count();
  const std::vector<std::int32_t> slot_of = anchors.slots();
  AnchorSet some;
  for (std::size_t g = 0; g < slot_of.size(); ++g) {
    for (Index part = 0; part < sampled; ++part) {
      if (slot_of[g] != (2 * part + 1) * slots / (2 * sampled)) continue;
      some.groups.push_back(anchors.groups[g]);
      if (!anchors.graph_of_group.empty()) some.graph_of_group.push_back(anchors.graph_of_group[g]);
    }
  }
  return some;
}

Index highest_level(const PathLevels& levels) {
  Index highest = 0;
  for (const std::uint16_t level : levels.levels.values()) {
    if (level != PathLevels::unreached) highest = std::max<Index>(highest, level);
  }
  return highest;
}

}  // namespace

Index sampled_depth(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, Index samples) {
  const AnchorSet some = spread_slots(anchors, sampled_slots(anchors.slot_count(), samples));
  return highest_level(path_levels(PathGraphs(graph, options.direction), some, options));
}

PathBytes planned_bytes(Index nodes, Index arcs, bool directed, Index slots, const PathOptions& options) {
  const Index pairs = nodes * slots;
  // An edge joins two levels or lies within one, and is listed twice either way.
  const Index edges = directed ? arcs : (arcs + nodes) / 2;  // self-loops, at most one a node, are stored once
  const Index listed = edges * slots;
  return bytes_of(nodes, pairs, pairs, listed, options.one_predecessor ? 2 * listed : 0, nodes, options);
}

PathBytes planned_bytes(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, Index samples) {
  const Index slots = anchors.slot_count();
  const Index sampled = sampled_slots(slots, samples);
  const AnchorSet some = spread_slots(anchors, sampled);
  const PathGraphs graphs(graph, options.direction);
  const PathLevels levels = path_levels(graphs, some, {.max_hops = options.max_hops});
  const ListedPairs listed = count_pairs(graphs, levels);
  const auto values = levels.levels.values();
  const Index items =
      std::count_if(values.begin(), values.end(), [](std::uint16_t level) { return level != PathLevels::unreached; });
  const auto scaled = [&](Index count) {
    return static_cast<Index>(static_cast<double>(count) * static_cast<double>(slots) / static_cast<double>(sampled));
  };
  return bytes_of(graph.node_count(), graph.node_count() * slots, scaled(items), scaled(listed.predecessors),
                  scaled(listed.siblings), highest_level(levels) + 1, options);
}

Index held_bytes(const PathItems& items) {
  const kernels::LevelLists& lists = items.lists;
  const auto bytes = [](const auto& values) { return static_cast<Index>(values.size() * sizeof(values[0])); };
  return bytes(items.node) + bytes(items.anchor) + bytes(items.log_path_count) + bytes(items.distance) +
         bytes(lists.level_offsets) + bytes(lists.predecessor_offsets) + bytes(lists.predecessors) +
         bytes(lists.successor_offsets) + bytes(lists.successors) + bytes(lists.sibling_offsets) +
         bytes(lists.siblings);
}

}  // namespace cairn
