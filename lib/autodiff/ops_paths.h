#pragma once

#include <memory>
#include <vector>

#include "autodiff/variable.h"
#include "kernels/anchor_sums.h"
#include "kernels/path_pass.h"

namespace cairn {

/// What a path pass learns from; see kernels::PathCellInputs for the shapes.
struct PathPassInputs {
  Variable start;                // [N, D]
  Variable node_input;           // [N, G * D]
  Variable weight;               // [D, G * D]
  Variable channel_weight;       // [G * D]
  Variable unreached;            // [D]
  Variable own_weight = {};      // [D, D], undefined without a sibling step,
  Variable sibling_weight = {};  // [D, D]
  Variable sibling_bias = {};    // [D]
};

/// States of all pairs of a node and an anchor, carried from the anchors along shortest paths: one operation for all
/// levels and anchors. Returns [N * K, D], row u * K + k for node u and anchor slot k. The plan is shared with the
/// backward rule.
Variable path_states(const std::shared_ptr<const kernels::PathPlan>& plan, kernels::PathCell cell,
                     kernels::PathAggregate aggregate, const PathPassInputs& inputs);

/// What messages from anchors are made of; see kernels::AnchorMessageInputs for the shapes.
struct AnchorMessageVariables {
  Variable scale;           // [places]
  Variable sender;          // [senders, D]
  Variable receiver;        // [N, D]
  Variable unreached = {};  // [D], or undefined
};

/// relu(scale * sender + receiver) for all pairs of a node and an anchor, with what is linear in a node worked out a
/// node, not a pair, so that a pair costs D products. Returns [N * K, D], row u * K + k for node u and slot k; the rest
/// as kernels::anchor_messages.
Variable anchor_messages(const std::shared_ptr<const kernels::AnchorLinks>& links,
                         const AnchorMessageVariables& inputs);

/// The mean over its slots of each node's messages, which are no table of [N * K, D] at any time: [N, D]. Every pair
/// needs a sender; no unreached state. Throws ShapeError.
Variable mean_anchor_messages(const std::shared_ptr<const kernels::AnchorLinks>& links,
                              const AnchorMessageVariables& inputs);

/// <message, weight> + bias of every message, likewise: [N, K]. weight: [D, 1], bias: [1].
Variable projected_anchor_messages(const std::shared_ptr<const kernels::AnchorLinks>& links,
                                   const AnchorMessageVariables& inputs, const Variable& weight, const Variable& bias);

/// x[u * K + k] + b[u] for node u and slot k. x: [N * K, D], b: [N, D]; K = N * K / N. Throws ShapeError.
Variable add_to_slots(Variable x, const Variable& b);

/// Rows without an item, ascending; shared with whatever lists them.
using UnreachedRows = std::shared_ptr<const std::vector<std::int32_t>>;

/// Mean of each node's rows of x [nodes * K, D] but the unreached ones, 0 where none is left: [nodes, D]. unreached may
/// be null: none.
Variable mean_over_slots(Variable x, Index nodes, UnreachedRows unreached);

}  // namespace cairn
