#pragma once

#include "tensor/tensor.h"

/// Tables [N * K, D] with a row for each pair of a node u and a slot k, u * K + k. Throw ShapeError where the rows are
/// no multiple of the nodes or columns differ.
namespace cairn::kernels {

/// x[u * K + k, :] + b[u, :]. x: [N * K, D], b: [N, D].
Tensor add_to_slots(const Tensor& x, const Tensor& b);
/// b[u, :] += the sum over k of x[u * K + k, :], slot by slot.
void add_slot_sums(const Tensor& x, Tensor& b);

}  // namespace cairn::kernels
