#pragma once

#include "kernels/attention_operator.h"
#include "kernels/propagation.h"

namespace cairn::kernels {

/// M = sum over k = 0 .. powers of exp(b_k - max b) A^k, by sparse products: O(powers E) a column, any graph, directed
/// or not. propagation: A, with weights >= 0 and a spectral radius of at most 1 (Normalization::symmetric_self_loops).
/// P = powers + 1. Nodes without a walk of at most `powers` arcs between them do not hear each other.
/// Throws UsageError unless powers >= 0, ShapeError where sources and targets differ in number.
std::shared_ptr<const AttentionOperator> polynomial_operator(const Propagation& propagation, Index powers);

/// Longest time of heat_operator: biases above its logarithm act as if they were there and learn nothing.
constexpr double most_heat_time = 32;

/// M = exp(-t (I - A)) with t = min(exp(b), most_heat_time); P = 1. The series of exp(t A) is cut where what is left
/// out is below 1e-7 of the sum (A has norm 1 at most): 12 products at t = 1, 70 at 32.
/// Source: Choromanski et al., ICML 2022, "From block-Toeplitz matrices to differential equations on graphs": graph
/// kernels as masks of attention.
std::shared_ptr<const AttentionOperator> heat_operator(const Propagation& propagation);

}  // namespace cairn::kernels
