#pragma once

#include "kernels/anchor_links.h"

namespace cairn::kernels {

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

/// Throws ShapeError where inputs do not fit each other and the links.
void check_anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& inputs);

/// Row r = relu(scale[place[r]] * sender[nearest[r]] + receiver[r / K]); without a sender relu(receiver[r / K]); where
/// unreached the state for that. Returns [N * K, D]. Throws ShapeError.
Tensor anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& inputs);

/// Adds the gradients that are wanted. messages: as anchor_messages returned them; gradient: of the loss with respect
/// to them, used up as working memory. Nodes and senders pull; sums over many rows run over fixed chunks in their
/// order.
void add_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& inputs, const Tensor& messages,
                                  Tensor& gradient, const AnchorMessageGradients& gradients);

}  // namespace cairn::kernels
