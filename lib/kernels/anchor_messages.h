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
  /// Rows with a sender, by sender, then row, in chunks of one sender each.
  std::vector<std::int32_t> sent;
  std::vector<std::int64_t> chunk_offsets;  // chunks + 1, into sent
  std::vector<NodeId> chunk_sender;         // [chunks], ascending
  Index place_count = 0;                    // scales that there must be,
  Index sender_count = 0;                   // and senders
};

/// Fills what follows `unreached` from what precedes it. Throws ShapeError where place and nearest do not have N * K
/// entries of at least 0 and -1.
void list_senders(AnchorLinks& links);

struct AnchorMessageInputs {
  Tensor scale;           // [places]
  Tensor sender;          // [senders, D]
  Tensor receiver;        // [N, D]
  Tensor unreached = {};  // [D], or undefined: rows that are not reached are as the others
};

struct AnchorMessageGradients {
  Tensor* scale = nullptr;  // null: not wanted
  Tensor* sender = nullptr;
  Tensor* receiver = nullptr;
  Tensor* unreached = nullptr;
};

/// Row r = relu(scale[place[r]] * sender[nearest[r]] + receiver[r / K]); without a sender relu(receiver[r / K]); where
/// unreached the state for that. Returns [N * K, D]. Throws ShapeError.
Tensor anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& inputs);

/// Adds the gradients that are wanted. messages: as anchor_messages returned them; gradient: of the loss with respect
/// to them, used up as working memory. Nodes and senders pull; sums over many rows run over fixed chunks in their
/// order.
void add_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& inputs, const Tensor& messages,
                                  Tensor& gradient, const AnchorMessageGradients& gradients);

}  // namespace cairn::kernels
