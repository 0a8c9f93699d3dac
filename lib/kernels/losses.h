#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// A row of scores and the class that it should name.
struct ClassTarget {
  NodeId row = 0;
  std::int32_t label = 0;
};

/// The targets of `nodes`. scores: [N, C]; labels: [N]. Throws ShapeError where a node is not a row or its label not
/// one of the C classes.
std::vector<ClassTarget> class_targets(const Tensor& scores, std::span<const std::int32_t> labels,
                                       std::span<const NodeId> nodes);

/// Sum over targets of -log softmax(scores[row])[label], in nats. probabilities: written, the softmax of each target's
/// row, [targets, C]. The highest score of a row is subtracted first.
double cross_entropy(const Tensor& scores, std::span<const ClassTarget> targets, Tensor& probabilities);
/// gradient[row] += factor * (probabilities - one at the label), for each target in turn: rows may repeat.
void add_cross_entropy_gradient(const Tensor& probabilities, std::span<const ClassTarget> targets, Real factor,
                                Tensor& gradient);

/// Sum over values of the binary cross entropy between sigmoid(scores) and targets, finite for scores of any size.
double binary_cross_entropy(const Tensor& scores, const Tensor& targets);
/// gradient += factor * (sigmoid(scores) - targets).
void add_binary_cross_entropy_gradient(const Tensor& scores, const Tensor& targets, Real factor, Tensor& gradient);

}  // namespace cairn::kernels
