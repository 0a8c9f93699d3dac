#include "nn/path_plan.h"

#include <utility>
#include <vector>

namespace cairn {

std::shared_ptr<const kernels::PathPlan> make_path_plan(PathItems items, const AnchorSet& anchors) {
  lists_to_rows(items, anchors);
  const std::vector<std::int32_t> slots = anchors.slots();
  const auto slot_count = static_cast<std::int32_t>(items.slot_count);
  auto plan = std::make_shared<kernels::PathPlan>();
  plan->node_count = items.node_count;
  plan->slot_count = items.slot_count;
  std::vector<std::uint8_t> reached(static_cast<std::size_t>(plan->node_count * plan->slot_count), 0);
  plan->rows.reserve(items.node.size());
  for (std::size_t i = 0; i < items.node.size(); ++i) {
    plan->rows.push_back(items.node[i] * slot_count + slots[static_cast<std::size_t>(items.anchor[i])]);
    reached[static_cast<std::size_t>(plan->rows.back())] = 1;
  }
  for (std::size_t row = 0; row < reached.size(); ++row) {
    if (reached[row] == 0) plan->unreached.push_back(static_cast<std::int32_t>(row));
  }
  plan->channel.assign(items.log_path_count.begin(), items.log_path_count.end());
  kernels::LevelLists& lists = items.lists;
  plan->level_offsets.assign(lists.level_offsets.begin(), lists.level_offsets.end());
  plan->predecessor_offsets.assign(lists.predecessor_offsets.begin(), lists.predecessor_offsets.end());
  plan->successor_offsets.assign(lists.successor_offsets.begin(), lists.successor_offsets.end());
  plan->predecessors = std::move(lists.predecessors);
  plan->successors = std::move(lists.successors);
  kernels::cut_into_chunks(*plan);
  return plan;
}

}  // namespace cairn
