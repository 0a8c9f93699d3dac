#pragma once

#include <cstdint>
#include <vector>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// Who sends what to each pair of a node and an anchor: row u * K + k of a table [N * K, D] is node u and slot k.
struct AnchorLinks {
  Index node_count = 0;
  Index slot_count = 0;                 // K
  std::vector<std::int32_t> place;      // [N * K], into the scales
  std::vector<NodeId> nearest;          // [N * K], row of the senders; -1: none sends
  std::vector<std::int32_t> unreached;  // rows that have the unreached state where there is one, ascending
  /// Rows with a sender, by sender, place and row: in runs of one sender and place, and pieces of runs of one sender.
  std::vector<std::int32_t> sent;
  std::vector<NodeId> sent_node;            // [sent], the node of each
  std::vector<std::int64_t> run_offsets;    // runs + 1, into sent
  std::vector<std::int32_t> run_place;      // [runs]
  std::vector<std::int64_t> piece_offsets;  // pieces + 1, into the runs
  std::vector<NodeId> piece_sender;         // [pieces], ascending
  Index place_count = 0;                    // scales that there must be,
  Index sender_count = 0;                   // and senders
};

/// Fills what follows `unreached` from what precedes it. Throws ShapeError where place and nearest do not have N * K
/// entries of at least 0 and -1.
void list_senders(AnchorLinks& links);

/// Pieces that make a block of parallel work over rows of so many columns.
Index pieces_per_block(const AnchorLinks& links, Index columns);
/// to[s, :] += the rows of sums [pieces, D] that belong to sender s, piece by piece.
void add_piece_sums(const AnchorLinks& links, const Tensor& sums, Tensor& to);
/// to[p] += the values of sums [runs] that belong to place p, run by run.
void add_run_sums(const AnchorLinks& links, const Tensor& sums, Tensor& to);

}  // namespace cairn::kernels
