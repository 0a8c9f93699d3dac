#pragma once

#include <algorithm>
#include <vector>

#include "graph/graph.h"
#include "graph/traversal.h"
#include "kernels/path_pass.h"

namespace cairn::support {

/// The plan of all shortest paths from single anchors, put together pair by pair, siblings listed too. The channel of
/// an item is 0.1 times its row modulo 7, so that it differs between items.
inline kernels::PathPlan plain_path_plan(const Graph& graph, const std::vector<NodeId>& anchors) {
  const auto slots = static_cast<std::int32_t>(anchors.size());
  kernels::PathPlan plan;
  plan.node_count = graph.node_count();
  plan.slot_count = slots;
  plan.level_offsets = {0};
  plan.predecessor_offsets = {0};
  plan.successor_offsets = {0};
  plan.sibling_offsets = {0};
  std::vector<std::vector<std::int32_t>> hops;
  std::int32_t deepest = -1;
  for (const NodeId anchor : anchors) {
    hops.push_back(hop_distances(graph, anchor));
    for (const std::int32_t h : hops.back()) deepest = std::max(deepest, h);
  }
  const auto list_neighbors = [&](NodeId u, std::int32_t slot, std::int32_t level, std::vector<std::int64_t>& offsets,
                                  std::vector<std::int32_t>& rows) {
    for (const NodeId w : graph.neighbors(u)) {
      if (hops[static_cast<std::size_t>(slot)][static_cast<std::size_t>(w)] == level && w != u)
        rows.push_back(w * slots + slot);
    }
    offsets.push_back(static_cast<std::int64_t>(rows.size()));
  };
  for (std::int32_t level = 0; level <= deepest; ++level) {
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      for (std::int32_t slot = 0; slot < slots; ++slot) {
        if (hops[static_cast<std::size_t>(slot)][static_cast<std::size_t>(u)] != level) continue;
        plan.rows.push_back(u * slots + slot);
        plan.channel.push_back(static_cast<Real>(plan.rows.back() % 7) / 10);
        list_neighbors(u, slot, level > 0 ? level - 1 : -2, plan.predecessor_offsets, plan.predecessors);
        list_neighbors(u, slot, level + 1, plan.successor_offsets, plan.successors);
        list_neighbors(u, slot, level, plan.sibling_offsets, plan.siblings);
      }
    }
    plan.level_offsets.push_back(static_cast<std::int64_t>(plan.rows.size()));
  }
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (std::int32_t slot = 0; slot < slots; ++slot) {
      if (hops[static_cast<std::size_t>(slot)][static_cast<std::size_t>(u)] < 0)
        plan.unreached.push_back(u * slots + slot);
    }
  }
  cut_into_chunks(plan);
  return plan;
}

}  // namespace cairn::support
