#pragma once

#include <cstdint>

#include "kernels/propagation.h"
#include "kernels/row_sums.h"
#include "tensor/tensor.h"

namespace cairn::kernels {

/// How arcs are scored and dropped in graph attention.
struct EdgeAttention {
  Index heads = 1;
  Real negative_slope = Real(0.2);  // of the leaky ReLU over scores
  Real dropout_rate = 0;            // of the normalized weights; 0: none. Kept weights are scaled by 1 / (1 - rate)
  std::uint64_t dropout_key = 0;    // draw (arc * heads + head) decides
  /// Up to so many values, arcs times heads, weights are kept for the backward pass, which makes tables of gradients,
  /// too: faster where they stay in a cache. Above, weights are worked out again. Bits of the two differ.
  Index most_table_values = Index{1} << 17;
};

/// What attend leaves to its gradients: nothing where attention has more than most_table_values.
struct AttentionTables {
  Tensor weights;  // alpha, [E, H]
  Tensor kept;     // after dropout; where nothing drops, the weights themselves
};

/// Softmax over the arcs into each target, and the weighted sum of the sources' values, per head, in one pass:
///   e = leaky_relu(source_score[u, h] + target_score[v, h]); alpha = softmax of e over the arcs into v;
///   y[v, h, :] = row[h, :] + sum over u of dropped(alpha) * x[u, h, :].
/// x: [S, H * D]; source_score: [S, H]; target_score: [T, H]. Returns y [T, H * D]; a target without arcs receives the
/// row. row: [H * D]; null: 0.
/// tables: written for add_attend_gradients; null: those will not be asked for. Without tables nothing of size E x H
/// outlives a block of targets.
/// The highest score of a target is subtracted first: exp() overflows float above 88.
Tensor attend(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
              const EdgeAttention& options, AttentionTables* tables = nullptr, const Tensor* row = nullptr);

/// Where scores are made of x: vectors whose dot products with the heads of its rows they are, those of targets with
/// its first rows.
struct ScoreVectors {
  Tensor source;  // [H, D]
  Tensor target;  // [H, D]
};
struct AttentionScores {
  Tensor source;  // [S, H]
  Tensor target;  // [T, H]
};
AttentionScores attention_scores(const Tensor& x, const ScoreVectors& vectors, Index target_count);

/// What add_attend_gradients writes or adds to; null: not wanted.
struct AttendGradients {
  Tensor* x = nullptr;  // [S, H * D]
  Store store_x = Store::add;
  Tensor* source_score = nullptr;  // [S, H], added to
  Tensor* target_score = nullptr;  // [T, H], added to
  /// Given, gradients of scores go on to x and to the vectors: row by row, while a cache holds what this needs. Both
  /// scores' are wanted then, and of these scores alone: zero before.
  const ScoreVectors* vectors = nullptr;
  Tensor* source_vector = nullptr;  // [H, D], added to
  Tensor* target_vector = nullptr;  // [H, D], added to
};

/// Gradients of attend. upstream: [T, H * D]; tables as attend left them. Targets pull x, which gives
/// <upstream[v, h, :], x[u, h, :]>, its mean by alpha, and the gradient of the target's score; sources then pull
/// upstream, for the two other gradients. Sums over rows that go to vectors are partial ones of fixed blocks, added in
/// their order.
void add_attend_gradients(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                          const Tensor& target_score, const EdgeAttention& options, const AttentionTables& tables,
                          const Tensor& upstream, const AttendGradients& gradients);

}  // namespace cairn::kernels
