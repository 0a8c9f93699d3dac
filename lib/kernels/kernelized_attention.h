#pragma once

#include <cstdint>
#include <span>

#include "kernels/attention_operator.h"

namespace cairn::kernels {

/// What kernelized_attend reads. query, key: features [N, H m]; value: [N, H dv]; biases: [H, P].
struct KernelizedInputs {
  const Tensor& query;
  const Tensor& key;
  const Tensor& value;
  const Tensor& biases;
  std::span<const std::uint8_t> key_mask = {};  // [N], 0: nobody hears that node; empty: all are heard
};

/// z[u] = sum over v of M[u, v] <query[u], key[v]> value[v] / sum over v of M[u, v] <query[u], key[v]>, head by head.
/// Returns [N, H dv]. denominators: written, [H, N]; one nearer to 0 than least_denominator is replaced by that, with
/// its sign. Equal values come out as they went in (up to the sum's rounding; 1 as exactly 1). Works on panels of
/// features: memory is O(N (m + dv)) beside inputs and result, never N m dv; small graphs pair by pair
/// (AttentionOperator::pair_tables). Throws ShapeError where shapes do not fit.
/// Source: Luo et al., NeurIPS 2021, eq. 7; any operator instead of the Toeplitz matrix is ours (see also
/// Choromanski et al., ICML 2022).
Tensor kernelized_attend(const AttentionOperator& op, Index heads, const KernelizedInputs& inputs,
                         Tensor& denominators);

/// While it lives, this thread cuts panels as on a graph of `nodes` nodes: what a pass over a smaller one then holds
/// beside inputs and result grows with its nodes as it will up to there, where panels become narrower from some size
/// on. Results differ by rounding at most.
class PanelsAsOf {
 public:
  explicit PanelsAsOf(Index nodes);
  ~PanelsAsOf();
  PanelsAsOf(const PanelsAsOf&) = delete;
  PanelsAsOf& operator=(const PanelsAsOf&) = delete;

 private:
  Index before_;
};

constexpr double least_denominator = 1e-30;
/// The denominator, or least_denominator with its sign where it is nearer to 0.
double away_from_zero(double denominator);
/// 1 over what away_from_zero gave, or 0 where it replaced the sum: such a result says nothing about its inputs.
double inverse_denominator(double denominator);

/// Gradients of kernelized_attend, added to where they are given (null: not wanted). z and denominators as it left
/// them.
struct KernelizedGradients {
  Tensor* query = nullptr;
  Tensor* key = nullptr;
  Tensor* value = nullptr;
  Tensor* biases = nullptr;
};
void add_kernelized_attend_gradients(const AttentionOperator& op, Index heads, const KernelizedInputs& inputs,
                                     const Tensor& z, const Tensor& denominators, const Tensor& upstream,
                                     const KernelizedGradients& gradients);

}  // namespace cairn::kernels
