#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/rng.h"
#include "kernels/level_lists.h"
#include "position/path_table.h"

namespace cairn {

/// The paths on which a batch of nodes hangs: the pairs of its nodes and the slots that reach them, and walking back
/// from these, up to so many predecessors of each pair that is met.
struct SampledPaths {
  Index batch_count = 0;                         // B
  Index slot_count = 0;                          // K, of all tables
  std::vector<NodeId> nodes;                     // of the graph: those of the batch as given, then others on the paths
  std::vector<std::int32_t> node;                // [items], place in `nodes`
  std::vector<std::int32_t> slot;                // [items]
  std::vector<float> log_path_count;             // [items], of all paths to the pair, drawn or not
  std::vector<std::int32_t> predecessor_totals;  // [items], how many there are; listed are those that were drawn
  kernels::LevelLists lists;                     // sorted by level, then place, then slot; siblings are not listed

  Index item_count() const { return static_cast<Index>(node.size()); }
};

/// Draws predecessors of pairs on shortest paths, without replacement, each set of them equally likely. What is drawn
/// for a pair depends on the stream, its node and its slot alone: not on the batch, not on how a path comes by, and not
/// on the number of threads.
class PathSampler {
 public:
  /// tables: of one graph; their slots one after the other. Holds a number for each of the graph's nodes between draws;
  /// a draw takes time and memory of its items, and looks at all neighbors of the nodes on the paths.
  explicit PathSampler(std::vector<PathTable> tables);

  /// batch: different nodes. fan_out: predecessors drawn of each pair; 0, or more than it has: all. Throws ShapeError
  /// for a node outside the graph or named twice, UsageError for a fan-out below 0 and as shortest_path_items for too
  /// many items.
  SampledPaths draw(std::span<const NodeId> batch, Index fan_out, const Rng& rng);

 private:
  class Walk;

  std::vector<PathTable> tables_;
  Index slot_count_ = 0;
  std::vector<std::int32_t> place_;  // of each node among those of a draw; -1 outside of draw()
};

}  // namespace cairn
