#include "kernels/path_pass.h"

#include <algorithm>

#include "kernels/each_row.h"
#include "kernels/path_siblings.h"
#include "kernels/path_walk.h"

namespace cairn::kernels {

namespace {
constexpr Index chunk_items = 512;  // states of 32 values: 64 KiB, which a core's cache holds beside their neighbors'
}

void cut_into_chunks(PathPlan& plan) {
  plan.chunk_offsets.assign(1, 0);
  plan.level_chunks.assign(1, 0);
  for (Index level = 0; level < plan.level_count(); ++level) {
    const std::int64_t level_end = plan.level_offsets[static_cast<std::size_t>(level) + 1];
    for (std::int64_t item = plan.level_offsets[static_cast<std::size_t>(level)]; item < level_end;) {
      std::int64_t end = std::min<std::int64_t>(item + chunk_items, level_end);
      while (end < level_end && plan.node_of(end) == plan.node_of(end - 1)) ++end;
      plan.chunk_offsets.push_back(end);
      item = end;
    }
    plan.level_chunks.push_back(static_cast<std::int64_t>(plan.chunk_offsets.size()) - 1);
  }
}

Tensor path_states(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& inputs) {
  const paths::Walk walk(plan, cell, aggregate, inputs);
  const Index depth = walk.depth;
  Tensor states = Tensor::uninitialized(Shape{plan.row_count(), depth});
  each_row(static_cast<Index>(plan.unreached.size()), depth, [&](Index i) {
    std::copy_n(inputs.unreached.data(), depth, states.row(plan.unreached[static_cast<std::size_t>(i)]).data());
  });
  if (plan.level_count() == 0) return states;
  walk.each_chunk(0, [&](Index, Index begin, Index end) {
    for (Index item = begin; item < end; ++item) {
      std::copy_n(inputs.start.row(walk.node(item)).data(), depth, states.row(walk.row(item)).data());
    }
  });
  const paths::PackedMatrix weight(inputs.weight, false);
  if (!walk.with_siblings()) {
    for (Index level = 1; level < plan.level_count(); ++level) cell_level(walk, weight, level, states, states);
    return states;
  }
  const paths::SiblingStep siblings(walk);
  Tensor before = Tensor::uninitialized(states.shape());
  for (Index level = 1; level < plan.level_count(); ++level) {
    cell_level(walk, weight, level, states, before);
    siblings.forward(level, before, states);
  }
  return states;
}

}  // namespace cairn::kernels
