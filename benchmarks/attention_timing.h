/// @file
/// One pass of attention, forward and back, as `cairn bench attention` times it: checked at a few nodes first.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "benchmarks/table_shape.h"
#include "kernels/attention_operator.h"

namespace cairn::benchmarks {

/// What is timed: 4 heads of 16 values each, 32 positive random features of queries and keys of length 1.
struct AttentionPass {
  Index nodes = 0;
  /// M; null: softmax with the whole matrix of weights.
  std::shared_ptr<const kernels::AttentionOperator> op = nullptr;
  /// The entries of row u of M for these biases, all divided by one number of its own. Not asked for softmax.
  std::function<std::vector<double>(NodeId u, std::span<const Real> biases)> matrix_row = {};
};

/// What was found. A time is the median of 3 passes, or of fewer where they take more than 10 seconds in all.
struct AttentionTiming {
  double forward_seconds = 0;
  double both_seconds = 0;  ///< forward and back
  double error = 0;         ///< largest difference from the formula at 8 nodes, over the largest value there
  double peak_bytes = 0;    ///< above the inputs; infinite where the system does not tell
};

/// Throws NumericError where the result is further than 1e-3 from the formula: no time is told then.
[[nodiscard]] AttentionTiming time_attention(const AttentionPass& pass);

}  // namespace cairn::benchmarks
