#include "position/path_table.h"

#include <algorithm>
#include <array>
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
      for (Index i = begin; i < end; ++i) {
        const Index u = by_level.nodes[static_cast<std::size_t>(begin_of_level + i)];
        const Lanes lanes{u, first, static_cast<int>(count), levels};
        for (auto& of_lane : found) of_lane.clear();
        table.each_predecessor(lanes, [&](std::size_t lane, NodeId w) {
          if (lanes.own()[lane] != level) return;
          found[lane].push_back(logs[static_cast<std::size_t>(w * count) + lane]);
        });
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

}  // namespace

PathTable path_table(const Graph& graph, const AnchorSet& anchors, const PathOptions& options, bool path_counts) {
  PathGraphs graphs(graph, options.direction);
  PathLevels levels = path_levels(graphs, anchors, options);
  PathTable table{std::move(graphs), std::move(levels), {}};
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
