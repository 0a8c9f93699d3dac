#pragma once

#include <cstdint>
#include <vector>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// What a path pass walks over: the items of all anchors by level, with lists of rows of the state table [N * K, D], in
/// which node u and anchor slot k have row u * K + k. Items of a level are sorted by row.
///
/// Of a batch of B nodes, which are the first ones, their B * K pairs have the first rows, and what else lies on their
/// paths a row an item: the table is [row_count(), D], and `nodes` says whose each item is.
struct PathPlan {
  Index node_count = 0;                           // N, rows of node inputs
  Index slot_count = 0;                           // K
  Index batch_rows = 0;                           // of a batch: rows of its table; 0: all nodes
  std::vector<std::int64_t> level_offsets;        // levels + 1
  std::vector<std::int32_t> rows;                 // [items]
  std::vector<std::int32_t> nodes;                // [items], of a batch; empty: row / K
  std::vector<Real> channel;                      // [items], a scalar input of each item: its log path count
  std::vector<std::int64_t> predecessor_offsets;  // items + 1
  std::vector<std::int32_t> predecessors;         // rows of lower levels
  std::vector<std::int32_t> predecessor_totals;   // [items], |P|, of which these were drawn; empty: all are listed
  std::vector<std::int64_t> successor_offsets;    // items + 1
  std::vector<std::int32_t> successors;           // rows of higher levels
  std::vector<std::int64_t> sibling_offsets;      // items + 1, or empty: no siblings listed
  std::vector<std::int32_t> siblings;             // rows of the same level; symmetric
  std::vector<std::int32_t> unreached;            // rows without an item
  /// Items are worked on in chunks that hold all items of a level at a node, so that a thread owns the node.
  std::vector<std::int64_t> chunk_offsets;  // chunks + 1, item numbers
  std::vector<std::int64_t> level_chunks;   // levels + 1, chunk numbers

  Index level_count() const { return static_cast<Index>(level_offsets.size()) - 1; }
  Index item_count() const { return static_cast<Index>(rows.size()); }
  /// Of the state table.
  Index row_count() const { return batch_rows == 0 ? node_count * slot_count : batch_rows; }
  Index node_of(std::int64_t item) const {
    const auto at = static_cast<std::size_t>(item);
    return nodes.empty() ? rows[at] / slot_count : nodes[at];
  }
};

/// Fills chunk_offsets and level_chunks from the rest.
void cut_into_chunks(PathPlan& plan);

/// How the states of the predecessors P of an item become one. Where only some of them were drawn, each as likely, the
/// mean is over these, and a sum over them counts |P| / drawn times: both are in the mean what all would give.
enum class PathAggregate : std::uint8_t {
  mean,
  sum,  // plain: a linear cell counts paths with it, which overflows on all but small graphs (3.5e10 on a 20 x 20 grid)
  scaled_sum,  // mean * log2(1 + |P|): grows with the number of predecessors, yet stays finite over many levels
  max  // value by value; of equal ones the first in the list sends. The backward pass notes senders in 4 N K D bytes
};

/// What makes a state of the aggregate m [D] and the item's input a [G * D] = node_input[u] + channel * channel_weight.
enum class PathCell : std::uint8_t {
  affine,  // relu(a + m W), G = 1
  linear,  // a + m W, G = 1
  gated    // G = 3: r = sigmoid(a_r + m W_r), z = sigmoid(a_z + m W_z), c = tanh(a_c + r (m W_c)), (1 - z) c + z m
};
constexpr Index gate_count(PathCell cell) { return cell == PathCell::gated ? 3 : 1; }

struct PathCellInputs {
  Tensor start;           // [N, D]: states of the anchors, by node
  Tensor node_input;      // [N, G * D]
  Tensor weight;          // [D, G * D]
  Tensor channel_weight;  // [G * D]
  Tensor unreached;       // [D]: state of pairs that no path joins
  /// After each level above 0 its items' states h become relu(h own_weight + s sibling_weight + sibling_bias) with s
  /// the mean of their siblings' h, 0 without siblings. Undefined: they stay. [D, D], [D, D], [D].
  Tensor own_weight = {};
  Tensor sibling_weight = {};
  Tensor sibling_bias = {};
};

struct PathCellGradients {
  Tensor* start = nullptr;  // null: not wanted
  Tensor* node_input = nullptr;
  Tensor* weight = nullptr;
  Tensor* channel_weight = nullptr;
  Tensor* unreached = nullptr;
  Tensor* own_weight = nullptr;
  Tensor* sibling_weight = nullptr;
  Tensor* sibling_bias = nullptr;
};

/// States of all pairs of a node and an anchor, level by level: the anchors' own from `start`, the others from the
/// aggregate of their predecessors. Returns [N * K, D]. Throws ShapeError, also for a sibling step without lists.
Tensor path_states(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& inputs);

/// Adds the gradients that are wanted. states: as path_states returned them; gradient: of the loss with respect to
/// them, [N * K, D], used up as working memory. Nothing but the states is kept: aggregates are worked out again where a
/// cell's gradient needs them (gated, max), else the table is read at random once in each direction. A sibling step
/// takes another table [N * K, D] for the time of the pass, forward and backward, for what it changed. Pull form in
/// both directions; partial sums over chunks are added in their order.
void add_path_gradients(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& inputs,
                        const Tensor& states, Tensor& gradient, const PathCellGradients& gradients);

}  // namespace cairn::kernels
