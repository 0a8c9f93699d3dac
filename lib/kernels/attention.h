#pragma once

#include <cstdint>

#include "kernels/propagation.h"
#include "tensor/tensor.h"

namespace cairn::kernels {

/// How arcs are scored and dropped in graph attention.
struct EdgeAttention {
  Index heads = 1;
  Real negative_slope = Real(0.2);  // of the leaky ReLU over scores
  Real dropout_rate = 0;            // of the normalized weights; 0: none. Kept weights are scaled by 1 / (1 - rate)
  std::uint64_t dropout_key = 0;    // draw (arc * heads + head) decides
};

/// Softmax over the arcs into each target, and the weighted sum of the sources' values, per head, in one pass:
///   e = leaky_relu(source_score[u, h] + target_score[v, h]); alpha = softmax of e over the arcs into v;
///   y[v, h, :] = sum over u of dropped(alpha) * x[u, h, :].
/// x: [S, H * D]; source_score: [S, H]; target_score: [T, H]. Returns y [T, H * D]; a target without arcs receives 0.
/// alpha: written, [E, H] before dropout, kept for the backward pass. Nothing of size E x D is made.
/// The highest score of a target is subtracted first: exp() overflows float above 88.
Tensor attend(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
              const EdgeAttention& options, Tensor& alpha);

/// Gradients of attend. upstream: [T, H * D]; alpha as attend left it. Each result is added to where it is given
/// (null: not wanted). Pull form in both directions.
void add_attend_gradients(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                          const Tensor& target_score, const EdgeAttention& options, const Tensor& alpha,
                          const Tensor& upstream, Tensor* x_gradient, Tensor* source_score_gradient,
                          Tensor* target_score_gradient);

}  // namespace cairn::kernels
