#include "position/path_counts.h"

#include <span>
#include <vector>

#include "core/parallel.h"
#include "position/log_sum_exp.h"

namespace cairn {

namespace {

constexpr Index items_per_block = 2048;

}  // namespace

void follow_paths(PathItems& items) {
  const kernels::LevelLists& lists = items.lists;
  items.log_path_count.resize(items.node.size());
  std::vector<double> logs(items.node.size());  // level 0: one path, log 0
  for (Index level = 1; level < lists.level_count(); ++level) {
    const Index first = lists.level_offsets[static_cast<std::size_t>(level)];
    const Index count = lists.level_offsets[static_cast<std::size_t>(level) + 1] - first;
    parallel_blocks(count, items_per_block, [&](Index begin, Index end) {
      for (auto i = static_cast<std::size_t>(first + begin); i < static_cast<std::size_t>(first + end); ++i) {
        const auto from = static_cast<std::size_t>(lists.predecessor_offsets[i]);
        const auto to = static_cast<std::size_t>(lists.predecessor_offsets[i + 1]);
        const std::span<const std::int32_t> listed = std::span(lists.predecessors).subspan(from, to - from);
        logs[i] = log_sum_exp(listed.size(), [&](std::size_t k) { return logs[static_cast<std::size_t>(listed[k])]; });
        items.log_path_count[i] = static_cast<float>(logs[i]);
        items.anchor[i] = items.anchor[static_cast<std::size_t>(listed.front())];
      }
    });
  }
}

}  // namespace cairn
