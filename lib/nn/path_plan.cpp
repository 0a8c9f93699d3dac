#include "nn/path_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "core/error.h"

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
  plan->sibling_offsets.assign(lists.sibling_offsets.begin(), lists.sibling_offsets.end());
  plan->siblings = std::move(lists.siblings);
  kernels::cut_into_chunks(*plan);
  return plan;
}

std::shared_ptr<const kernels::PathPlan> make_path_plan(SampledPaths paths) {
  const auto slot_count = static_cast<std::int32_t>(paths.slot_count);
  const Index pair_rows = paths.batch_count * paths.slot_count;
  auto plan = std::make_shared<kernels::PathPlan>();
  plan->node_count = static_cast<Index>(paths.nodes.size());
  plan->slot_count = paths.slot_count;
  plan->batch_rows = pair_rows;
  plan->rows.reserve(paths.node.size());
  std::vector<std::uint8_t> reached(static_cast<std::size_t>(pair_rows), 0);
  for (std::size_t i = 0; i < paths.node.size(); ++i) {
    const bool in_batch = paths.node[i] < paths.batch_count;
    const Index row = in_batch ? static_cast<Index>(paths.node[i]) * slot_count + paths.slot[i] : plan->batch_rows++;
    if (row >= std::numeric_limits<std::int32_t>::max()) {
      throw UsageError("paths: expected fewer than 2^31 pairs of an anchor and a node in a batch, found more");
    }
    if (in_batch) reached[static_cast<std::size_t>(row)] = 1;
    plan->rows.push_back(static_cast<std::int32_t>(row));
  }
  for (std::size_t row = 0; row < reached.size(); ++row) {
    if (reached[row] == 0) plan->unreached.push_back(static_cast<std::int32_t>(row));
  }
  plan->nodes = std::move(paths.node);
  plan->predecessor_totals = std::move(paths.predecessor_totals);
  plan->channel.assign(paths.log_path_count.begin(), paths.log_path_count.end());
  kernels::LevelLists& lists = paths.lists;
  plan->level_offsets.assign(lists.level_offsets.begin(), lists.level_offsets.end());
  plan->predecessor_offsets.assign(lists.predecessor_offsets.begin(), lists.predecessor_offsets.end());
  plan->successor_offsets.assign(lists.successor_offsets.begin(), lists.successor_offsets.end());
  for (std::vector<std::int32_t>* list : {&lists.predecessors, &lists.successors}) {
    for (std::int32_t& entry : *list) entry = plan->rows[static_cast<std::size_t>(entry)];
  }
  plan->predecessors = std::move(lists.predecessors);
  plan->successors = std::move(lists.successors);
  kernels::cut_into_chunks(*plan);
  return plan;
}

std::shared_ptr<const kernels::PathPlan> side_by_side(const kernels::PathPlan& a, const kernels::PathPlan& b) {
  struct Part {
    const kernels::PathPlan& plan;
    Index first_slot;
  };
  const std::array<Part, 2> parts{{{a, 0}, {b, a.slot_count}}};
  auto joined = std::make_shared<kernels::PathPlan>();
  joined->node_count = a.node_count;
  joined->slot_count = a.slot_count + b.slot_count;
  if (b.node_count != a.node_count) {
    throw ShapeError(fmt::format("path plans: {} and {} nodes side by side", a.node_count, b.node_count));
  }
  const auto new_row = [&](const Part& part, std::int32_t row) {
    const auto slots = static_cast<std::int32_t>(part.plan.slot_count);
    return static_cast<std::int32_t>(row / slots * static_cast<std::int32_t>(joined->slot_count) +
                                     static_cast<std::int32_t>(part.first_slot) + row % slots);
  };
  const auto append = [&](const Part& part, const std::vector<std::int64_t>& offsets,
                          const std::vector<std::int32_t>& listed, std::size_t item,
                          std::vector<std::int64_t>& to_offsets, std::vector<std::int32_t>& to) {
    for (auto i = offsets[item]; i < offsets[item + 1]; ++i) {
      to.push_back(new_row(part, listed[static_cast<std::size_t>(i)]));
    }
    to_offsets.push_back(static_cast<std::int64_t>(to.size()));
  };
  joined->level_offsets = {0};
  joined->predecessor_offsets = {0};
  joined->successor_offsets = {0};
  const bool siblings = !a.sibling_offsets.empty() && !b.sibling_offsets.empty();
  if (siblings) joined->sibling_offsets = {0};
  for (Index level = 0; level < std::max(a.level_count(), b.level_count()); ++level) {
    std::array<std::size_t, 2> next{};
    std::array<std::size_t, 2> end{};
    for (std::size_t p = 0; p < 2; ++p) {
      const kernels::PathPlan& plan = parts[p].plan;
      if (level >= plan.level_count()) continue;
      next[p] = static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level)]);
      end[p] = static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level) + 1]);
    }
    while (next[0] < end[0] || next[1] < end[1]) {
      const auto row_of = [&](std::size_t p) { return new_row(parts[p], parts[p].plan.rows[next[p]]); };
      const std::size_t p = next[1] == end[1] || (next[0] < end[0] && row_of(0) < row_of(1)) ? 0 : 1;
      const kernels::PathPlan& plan = parts[p].plan;
      joined->rows.push_back(row_of(p));
      joined->channel.push_back(plan.channel[next[p]]);
      append(parts[p], plan.predecessor_offsets, plan.predecessors, next[p], joined->predecessor_offsets,
             joined->predecessors);
      append(parts[p], plan.successor_offsets, plan.successors, next[p], joined->successor_offsets, joined->successors);
      if (siblings) {
        append(parts[p], plan.sibling_offsets, plan.siblings, next[p], joined->sibling_offsets, joined->siblings);
      }
      ++next[p];
    }
    joined->level_offsets.push_back(static_cast<std::int64_t>(joined->rows.size()));
  }
  for (const Part& part : parts) {
    for (const std::int32_t row : part.plan.unreached) joined->unreached.push_back(new_row(part, row));
  }
  std::sort(joined->unreached.begin(), joined->unreached.end());
  kernels::cut_into_chunks(*joined);
  return joined;
}

}  // namespace cairn
