#include "position/path_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "position/path_matches.h"

namespace cairn {

namespace {

constexpr Index nodes_per_block = 256;

/// Calls work(lanes, for_matches) for all nodes and words of slots, nodes in parallel; for_matches(call) calls
/// call(lane, w) for each neighbor w in `rows` that `make_match(lanes)` finds, by ascending w.
template <class MakeMatch, class Work>
void for_lanes(const Graph& rows, const PathLevels& levels, const MakeMatch& make_match, const Work& work) {
  parallel_blocks(levels.node_count, nodes_per_block, [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      for (Index first = 0; first < levels.slot_count; first += lanes_per_word) {
        const Lanes lanes{u, first, static_cast<int>(std::min(lanes_per_word, levels.slot_count - first)), levels};
        const auto match = make_match(lanes);
        work(lanes, [&](auto call) { each_match(rows, u, match, call); });
      }
    }
  });
}

/// What a list is made from and into.
struct ListTask {
  const Graph& rows;
  const PathLevels& levels;
  std::span<const std::int32_t> numbers;
  std::vector<std::int32_t>& offsets;
  std::vector<std::int32_t>& listed;

  std::int32_t item(Index node, Index slot) const {
    return numbers[static_cast<std::size_t>(node * levels.slot_count + slot)];
  }
  /// Calls call(lane, item) for the lanes that are reached.
  template <class Call>
  void for_items(const Lanes& lanes, const Call& call) const {
    for (int i = 0; i < lanes.count; ++i) {
      if (lanes.own()[i] != PathLevels::unreached) {
        call(static_cast<std::size_t>(i), static_cast<std::size_t>(item(lanes.u, lanes.first + i)));
      }
    }
  }
};

/// Lists for each item those that match: once to count them, once to write them.
/// keep(own item, other item): whether the match counts.
template <class MakeMatch, class Keep>
void build_lists(const ListTask& task, Index item_count, const MakeMatch& make_match, const Keep& keep) {
  task.offsets.assign(static_cast<std::size_t>(item_count) + 1, 0);
  for_lanes(task.rows, task.levels, make_match, [&](const Lanes& lanes, const auto& for_matches) {
    std::array<std::int32_t, lanes_per_word> counts{};
    for_matches([&](std::size_t lane, NodeId w) {
      const Index slot = lanes.first + static_cast<Index>(lane);
      if (keep(lanes.u, w, slot)) ++counts[lane];
    });
    task.for_items(lanes, [&](std::size_t lane, std::size_t item) { task.offsets[item + 1] = counts[lane]; });
  });
  std::int64_t total = 0;
  for (std::int32_t& offset : task.offsets) {
    total += offset;
    check_list_size(total, "arcs of shortest paths");
    offset = static_cast<std::int32_t>(total);
  }
  task.listed.resize(static_cast<std::size_t>(total));
  for_lanes(task.rows, task.levels, make_match, [&](const Lanes& lanes, const auto& for_matches) {
    std::array<std::int32_t, lanes_per_word> next;
    task.for_items(lanes, [&](std::size_t lane, std::size_t item) { next[lane] = task.offsets[item]; });
    for_matches([&](std::size_t lane, NodeId w) {
      const Index slot = lanes.first + static_cast<Index>(lane);
      if (keep(lanes.u, w, slot)) task.listed[static_cast<std::size_t>(next[lane]++)] = task.item(w, slot);
    });
  });
}

/// One predecessor for each item above level 0, uniform over those that match: the j-th takes the place of the one
/// before it with probability 1 / j.
template <class MakeMatch>
void build_tree(const ListTask& task, const std::vector<std::int32_t>& level_offsets, const PathOptions& options,
                const MakeMatch& make_match) {
  const std::int32_t roots = level_offsets.size() > 1 ? level_offsets[1] : 0;
  const std::int32_t item_count = level_offsets.back();
  task.offsets.resize(static_cast<std::size_t>(item_count) + 1);
  for (std::int32_t i = 0; i <= item_count; ++i) task.offsets[static_cast<std::size_t>(i)] = std::max(0, i - roots);
  task.listed.resize(static_cast<std::size_t>(item_count - roots));
  for_lanes(task.rows, task.levels, make_match, [&](const Lanes& lanes, const auto& for_matches) {
    const std::uint64_t node_key = stream_key(options.tree_key, static_cast<std::uint64_t>(lanes.u));
    std::array<std::uint32_t, lanes_per_word> met{};
    for_matches([&](std::size_t lane, NodeId w) {
      const Index slot = lanes.first + static_cast<Index>(lane);
      const std::uint32_t j = ++met[lane];
      const std::uint64_t draw =
          draw_bits(stream_key(node_key, static_cast<std::uint64_t>(options.first_slot + slot)), j);
      if (j > 1 && (draw * j) >> 32 != 0) return;
      const std::int32_t own = task.item(lanes.u, slot);
      task.listed[static_cast<std::size_t>(own - roots)] = task.item(w, slot);
    });
  });
}

template <class Before, class After>
void list_both(const PathGraphs& graphs, const PathLevels& levels, std::span<const std::int32_t> numbers,
               const PathOptions& options, kernels::LevelLists& lists, const Before& before, const After& after) {
  const ListTask predecessors{graphs.in, levels, numbers, lists.predecessor_offsets, lists.predecessors};
  const ListTask successors{graphs.out, levels, numbers, lists.successor_offsets, lists.successors};
  const auto all = [](Index, NodeId, Index) { return true; };
  if (!options.one_predecessor) {
    build_lists(predecessors, lists.item_count(), before, all);
    build_lists(successors, lists.item_count(), after, all);
    return;
  }
  build_tree(predecessors, lists.level_offsets, options, before);
  build_lists(successors, lists.item_count(), after, [&](Index u, NodeId w, Index slot) {
    const auto place = lists.predecessor_offsets[static_cast<std::size_t>(successors.item(w, slot))];
    return lists.predecessors[static_cast<std::size_t>(place)] == successors.item(u, slot);
  });
}

/// Each arc beside its reverse, without weights.
Graph both_directions(const Graph& graph) {
  if (!graph.directed()) return graph;
  std::vector<NodeId> sources(static_cast<std::size_t>(graph.arc_count()));
  for (Index u = 0; u < graph.node_count(); ++u) {
    const auto at = static_cast<std::size_t>(u);
    std::fill(sources.begin() + graph.offsets()[at], sources.begin() + graph.offsets()[at + 1], static_cast<NodeId>(u));
  }
  return Graph::from_columns(graph.node_count(), sources, graph.targets(), {});
}

template <class MakeMatch>
Index count_matches(const Graph& rows, const PathLevels& levels, const MakeMatch& make_match) {
  std::atomic<Index> total{0};
  for_lanes(rows, levels, make_match, [&](const Lanes&, const auto& for_matches) {
    Index count = 0;
    for_matches([&](std::size_t, NodeId) { ++count; });
    total.fetch_add(count, std::memory_order_relaxed);
  });
  return total.load();
}

}  // namespace

void check_list_size(std::int64_t count, std::string_view what) {
  if (count > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError(fmt::format("paths: expected fewer than 2^31 {}, found more; take fewer anchors at once", what));
  }
}

void list_paths(const PathGraphs& graphs, const PathLevels& levels, std::span<const std::int32_t> numbers,
                const PathOptions& options, kernels::LevelLists& lists) {
  if (options.weighted) {
    list_both(
        graphs, levels, numbers, options, lists,
        [&](const Lanes& lanes) { return ByLength<true>(lanes, graphs.in.weights()); },
        [&](const Lanes& lanes) { return ByLength<false>(lanes, graphs.out.weights()); });
  } else {
    list_both(
        graphs, levels, numbers, options, lists, [](const Lanes& lanes) { return AtLevel<-1>(lanes); },
        [](const Lanes& lanes) { return AtLevel<1>(lanes); });
  }
}

void list_siblings(const Graph& graph, const PathLevels& levels, std::span<const std::int32_t> numbers,
                   kernels::LevelLists& lists) {
  const Graph rows = both_directions(graph);
  build_lists(
      {rows, levels, numbers, lists.sibling_offsets, lists.siblings}, lists.item_count(),
      [](const Lanes& lanes) { return AtLevel<0>(lanes); }, [](Index, NodeId, Index) { return true; });
}

ListedPairs count_pairs(const PathGraphs& graphs, const PathLevels& levels) {
  const Graph rows = both_directions(graphs.out);
  return {count_matches(graphs.in, levels, [](const Lanes& lanes) { return AtLevel<-1>(lanes); }),
          count_matches(rows, levels, [](const Lanes& lanes) { return AtLevel<0>(lanes); })};
}

}  // namespace cairn
