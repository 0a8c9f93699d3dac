#pragma once

#include <span>

#include "kernels/kernelized_attention.h"

namespace cairn::kernels {

/// kernelized_attend pair by pair: weights P = M o (Q K^T) of every graph and head, then P V. n^2 (m + dv) products for
/// n nodes, where products with M ask for n^2 m dv; P is held for one graph at a time and thread, and worked out again
/// on the way back.
Tensor pairwise_attend(std::span<const PairTable> tables, Index heads, const KernelizedInputs& inputs,
                       Tensor& denominators);
void add_pairwise_attend_gradients(std::span<const PairTable> tables, Index heads, const KernelizedInputs& inputs,
                                   const Tensor& z, const Tensor& denominators, const Tensor& upstream,
                                   const KernelizedGradients& gradients);

}  // namespace cairn::kernels
