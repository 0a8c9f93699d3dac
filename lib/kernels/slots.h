#pragma once

#include <cstdint>
#include <span>

#include "kernels/row_sums.h"
#include "tensor/tensor.h"

/// Tables [N * K, D] with a row for each pair of a node u and a slot k, u * K + k. Throw ShapeError where the rows are
/// no multiple of the nodes or columns differ.
namespace cairn::kernels {

/// x[u * K + k, :] + b[u, :]. x: [N * K, D], b: [N, D].
Tensor add_to_slots(const Tensor& x, const Tensor& b);
/// b[u, :] += the sum over k of x[u * K + k, :], slot by slot.
void add_slot_sums(const Tensor& x, Tensor& b);

/// y[u, :] = mean of x[u * K + k, :] over the slots k but those whose row is listed as unreached (ascending); 0 where
/// that leaves none. x: [nodes * slots, D]. Returns [nodes, D].
Tensor mean_over_slots(const Tensor& x, Index nodes, std::span<const std::int32_t> unreached);
/// x = or += the gradient that y leaves to x by that mean.
void add_mean_over_slots_gradient(const Tensor& y, std::span<const std::int32_t> unreached, Tensor& x, Store store);

}  // namespace cairn::kernels
