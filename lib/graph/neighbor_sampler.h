#pragma once

#include <span>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace cairn {

/// Compressed rows to draw from: row v lists the nodes that node v pulls from, ascending.
struct NeighborRows {
  std::span<const EdgeId> offsets;  // N + 1
  std::span<const NodeId> sources;  // of arcs
  bool own_arcs_stay = false;       // an arc of a node to itself is always taken, and is none of those that are drawn
};

/// What some nodes pull from in one layer.
struct Block {
  Index target_count = 0;
  std::vector<NodeId> sources;      // nodes: the targets as given, then others in the order in which rows name them
  std::vector<EdgeId> offsets;      // target_count + 1
  std::vector<NodeId> arc_sources;  // of each arc the place in `sources`, ascending within a row
  std::vector<EdgeId> arcs;         // of each arc the place in the rows that were drawn from
};

/// Draws neighbors of nodes, without replacement, each set of them equally likely. What is drawn for a node depends on
/// the stream and the node alone: not on the other targets, and not on the number of threads.
/// Source: Hamilton, Ying and Leskovec, NeurIPS 2017, section 3.1 and algorithm 2; there with replacement where a node
/// has fewer neighbors than are asked for, here these are all taken.
class NeighborSampler {
 public:
  /// Holds a number for each of the graph's nodes between draws; a draw itself takes time and memory of its block.
  explicit NeighborSampler(Index node_count);

  /// targets: different nodes. fan_out: neighbors drawn for each; 0, or more than it has: all. Throws ShapeError for a
  /// target that is no node of the rows or is named twice, UsageError for a fan-out below 0.
  Block draw(const NeighborRows& rows, std::span<const NodeId> targets, Index fan_out, const Rng& rng);

 private:
  void place_sources(const NeighborRows& rows, std::span<const NodeId> targets, Block& block);

  std::vector<NodeId> place_;  // of each node among the sources of a block; -1 outside of draw()
};

}  // namespace cairn
