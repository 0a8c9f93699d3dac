#include "position/path_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <vector>

#include "core/large_pages.h"
#include "core/parallel.h"
#include "position/log_sum_exp.h"

namespace cairn {

namespace {

constexpr Index slots_per_pass = 8;
constexpr Index nodes_per_block = 64;  // the work at a node is that at its arcs

/// The nodes that have some slot of first .. first + count - 1 at a level, level by level.
struct NodesByLevel {
  std::vector<std::int64_t> offsets{0};  // levels + 1
  std::vector<NodeId> nodes;

  NodesByLevel(const PathLevels& levels, Index first, Index count) {
    const auto each_level = [&](Index u, const auto& work) {
      const std::uint16_t* const own = levels.row(u) + first;
      for (Index i = 0; i < count; ++i) {
        if (own[i] != PathLevels::unreached && std::find(own, own + i, own[i]) == own + i) work(std::size_t{own[i]});
      }
    };
    for (Index u = 0; u < levels.node_count; ++u) {
      each_level(u, [&](std::size_t level) {
        if (level + 2 > offsets.size()) offsets.resize(level + 2, 0);
        ++offsets[level + 1];
      });
    }
    for (std::size_t level = 1; level < offsets.size(); ++level) offsets[level] += offsets[level - 1];
    nodes.resize(static_cast<std::size_t>(offsets.back()));
    std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
    for (Index u = 0; u < levels.node_count; ++u) {
      each_level(u,
                 [&](std::size_t level) { nodes[static_cast<std::size_t>(next[level]++)] = static_cast<NodeId>(u); });
    }
  }
};

/// Counts of slots first .. first + count - 1, level after level, in double as follow_paths has them.
void count_paths(const PathTable& table, Index first, Index count, std::span<float> log_counts) {
  const PathLevels& levels = table.levels;
  const NodesByLevel by_level(levels, first, count);
  std::vector<double> logs(static_cast<std::size_t>(levels.node_count * count), 0);  // level 0: one path
  for (std::size_t level = 1; level + 1 < by_level.offsets.size(); ++level) {
    const std::int64_t begin_of_level = by_level.offsets[level];
    parallel_blocks(by_level.offsets[level + 1] - begin_of_level, nodes_per_block, [&](Index begin, Index end) {
      std::array<std::vector<double>, slots_per_pass> found;
      std::vector<NodeId> near;
      for (Index i = begin; i < end; ++i) {
        const Index u = by_level.nodes[static_cast<std::size_t>(begin_of_level + i)];
        const Lanes lanes{u, first, static_cast<int>(count), levels};
        const auto note = [&](std::size_t lane, NodeId w) {
          found[lane].push_back(logs[static_cast<std::size_t>(w * count) + lane]);
        };
        std::uint64_t wanted = 0;  // of a look at all neighbors
        for (std::size_t lane = 0; lane < static_cast<std::size_t>(count); ++lane) {
          found[lane].clear();
          if (lanes.own()[lane] != level) continue;
          if (table.find_near_predecessors(static_cast<NodeId>(u), first + static_cast<Index>(lane), near)) {
            for (const NodeId w : near) note(lane, w);
          } else {
            wanted |= std::uint64_t{1} << lane;
          }
        }
        if (wanted != 0) {
          table.each_predecessor(lanes, [&](std::size_t lane, NodeId w) {
            if ((wanted >> lane & 1) != 0) note(lane, w);
          });
        }
        for (std::size_t lane = 0; lane < static_cast<std::size_t>(count); ++lane) {
          if (found[lane].empty()) continue;
          logs[static_cast<std::size_t>(u * count) + lane] =
              log_sum_exp(found[lane].size(), [&](std::size_t k) { return found[lane][k]; });
        }
      }
    });
  }
  parallel_blocks(levels.node_count, 1024, [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      for (Index i = 0; i < count; ++i) {
        log_counts[static_cast<std::size_t>(u * levels.slot_count + first + i)] =
            static_cast<float>(logs[static_cast<std::size_t>(u * count + i)]);
      }
    }
  });
}

/// What is near is kept up to so many levels and nodes of a slot.
constexpr std::size_t near_levels = 16;
constexpr std::int64_t near_nodes = 16384;

std::vector<NearLevels> levels_next_to_anchors(const PathLevels& levels) {
  const auto slots = static_cast<std::size_t>(levels.slot_count);
  std::vector<std::array<std::int64_t, near_levels>> counts(slots);
  const auto each_near = [&](const auto& work) {
    for (Index u = 0; u < levels.node_count; ++u) {
      const std::uint16_t* const own = levels.row(u);
      for (std::size_t slot = 0; slot < slots; ++slot) {
        if (own[slot] < near_levels) work(static_cast<NodeId>(u), slot, std::size_t{own[slot]});
      }
    }
  };
  each_near([&](NodeId, std::size_t slot, std::size_t level) { ++counts[slot][level]; });
  std::vector<NearLevels> near(slots);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    near[slot].offsets.push_back(0);
    for (const std::int64_t count : counts[slot]) {
      if (count == 0 || near[slot].offsets.back() + count > near_nodes) break;
      near[slot].offsets.push_back(static_cast<std::int32_t>(near[slot].offsets.back() + count));
    }
    near[slot].nodes.resize(static_cast<std::size_t>(near[slot].offsets.back()));
    std::copy_n(near[slot].offsets.begin(), near[slot].offsets.size() - 1, counts[slot].begin());  // next places
  }
  each_near([&](NodeId u, std::size_t slot, std::size_t level) {
    if (level + 1 < near[slot].offsets.size()) near[slot].nodes[static_cast<std::size_t>(counts[slot][level]++)] = u;
  });
  return near;
}

}  // namespace

bool PathTable::find_near_predecessors(NodeId u, Index slot, std::vector<NodeId>& predecessors) const {
  const std::size_t level = levels.row(u)[slot];
  const auto of_slot = static_cast<std::size_t>(slot);
  if (near.empty() || level == 0 || level >= near[of_slot].offsets.size()) return false;
  const auto begin = near[of_slot].nodes.begin() + near[of_slot].offsets[level - 1];
  const auto end = near[of_slot].nodes.begin() + near[of_slot].offsets[level];
  const std::span<const EdgeId> offsets = graphs.in.offsets();
  const std::span<const NodeId> neighbors = graphs.in.targets().subspan(
      static_cast<std::size_t>(offsets[static_cast<std::size_t>(u)]),
      static_cast<std::size_t>(offsets[static_cast<std::size_t>(u) + 1] - offsets[static_cast<std::size_t>(u)]));
  const std::size_t steps = static_cast<std::size_t>(end - begin) * std::bit_width(neighbors.size());
  if (2 * steps >= neighbors.size()) return false;  // a step of a search costs about two neighbors one after the other
  predecessors.clear();
  std::copy_if(begin, end, std::back_inserter(predecessors),
               [&](NodeId w) { return std::binary_search(neighbors.begin(), neighbors.end(), w); });
  return true;
}

PathTable path_table(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, bool path_counts) {
  PathGraphs graphs(graph, options.direction);
  PathLevels levels = path_levels(graphs, anchors, options);
  PathTable table{std::move(graphs), std::move(levels), {}, {}};
  if (!options.weighted) table.near = levels_next_to_anchors(table.levels);
  if (!path_counts) return table;
  const Index slots = table.slot_count();
  table.log_counts = SharedArray<float>::uninitialized(table.node_count() * slots);
  const std::span<float> log_counts = table.log_counts.writable();
  advise_large_pages(log_counts.data(), log_counts.size_bytes());
  for (Index first = 0; first < slots; first += slots_per_pass) {
    count_paths(table, first, std::min(slots_per_pass, slots - first), log_counts);
  }
  return table;
}

}  // namespace cairn
