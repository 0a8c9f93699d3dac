#pragma once

#include <cstdint>
#include <span>

#include "autodiff/pass.h"
#include "autodiff/rectified.h"
#include "autodiff/variable.h"
#include "kernels/propagation.h"

namespace cairn {

/// P x: each target's weighted sum over its sources. x: [source_count, D] -> [target_count, D]. Of a constant that the
/// propagation keeps it is worked out once.
Variable propagate(const Propagation& propagation, Variable x);
/// P x + row in every row, or relu() of it, in one pass. row: D values.
Variable propagate(const Propagation& propagation, Variable x, const Variable& row,
                   Rectified rectified = Rectified::no);

struct AttendOptions {
  Real negative_slope = Real(0.2);
  Real dropout_rate = 0;  // of the attention weights, in training only
  std::uint64_t dropout_key = 0;
};

/// Graph attention after scoring: softmax over the arcs into each target of leaky_relu(source_score + target_score),
/// then the weighted sum of the sources' rows, per head. x: [S, H * D], source_score: [S, H], target_score: [T, H]
/// -> [T, H * D]; a target without arcs receives 0.
/// Source: Velickovic et al., ICLR 2018, eqs. 3 to 5, without the activation.
Variable attend(const Propagation& propagation, const Variable& x, const Variable& source_score,
                const Variable& target_score, const AttendOptions& options, const Pass& pass);

/// Graph attention whose scores are dot products of x's rows with a vector a head, those of targets of its first T
/// rows: attend(x, head_dot(x, source_vector), head_dot(first rows of x, target_vector)) + row in every row, in fewer
/// passes. x: [S, H * D], vectors: [H, D], row: [H * D], or undefined: none.
Variable graph_attention(const Propagation& propagation, const Variable& x, const Variable& source_vector,
                         const Variable& target_vector, const Variable& row, const AttendOptions& options,
                         const Pass& pass);

/// Mean of the rows of each group: x [N, D], group_of_row [N] in 0 .. group_count - 1 -> [group_count, D]; an empty
/// group gives 0.
Variable segment_mean(Variable x, std::span<const std::int32_t> group_of_row, Index group_count);

}  // namespace cairn
