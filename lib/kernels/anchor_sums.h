#pragma once

#include "kernels/anchor_messages.h"

/// What of anchor messages is a sum over slots or columns, without a table of the messages: they are worked out again
/// wherever they are needed, which costs less than to write and read N * K * D values. Every pair needs a sender, and
/// there is no unreached state. All throw ShapeError.
namespace cairn::kernels {

/// Mean over its slots of each node's messages, 0 without slots: [N, D].
Tensor mean_anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& inputs);
/// Adds the gradients that are wanted. upstream: [N, D].
void add_mean_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& inputs,
                                       const Tensor& upstream, const AnchorMessageGradients& gradients);

/// What maps a message to a number: <message, weight> + bias.
struct MessageProjection {
  Tensor weight;  // [D], or [D, 1]
  Tensor bias;    // [1]
};

struct MessageProjectionGradients {
  Tensor* weight = nullptr;  // null: not wanted
  Tensor* bias = nullptr;
};

/// The projection of every message: [N, K].
Tensor projected_anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& inputs,
                                 const MessageProjection& projection);
/// Adds the gradients that are wanted. upstream: [N, K].
void add_projected_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& inputs,
                                            const MessageProjection& projection, const Tensor& upstream,
                                            const AnchorMessageGradients& gradients,
                                            const MessageProjectionGradients& of_projection);

}  // namespace cairn::kernels
