#pragma once

#include "kernels/row_sums.h"
#include "tensor/sparse_matrix.h"
#include "tensor/tensor.h"

namespace cairn::kernels {

/// a b. a: [N, K], b: [K, M]. Returns [N, M]. Narrow products (M <= 256) by our own kernel, others by OpenBLAS in row
/// blocks of our own, so that bits do not depend on threads.
/// Throws ShapeError "matmul: [N, K] x [K, M]: inner extents ... differ".
Tensor matmul(const Tensor& a, const Tensor& b);
/// The same plus row, M values, in every row, which sums start from; or relu() of it. Throws ShapeError.
Tensor linear(const Tensor& a, const Tensor& b, const Tensor& row, Rectified rectified = Rectified::no);
/// c += a b, or written over. a: [N, K], b: [K, M], c: [N, M].
void add_matmul(const Tensor& a, const Tensor& b, Tensor& c, Store store = Store::add);
/// c += a b^T, or written over. a: [N, K], b: [M, K], c: [N, M].
void add_matmul_bt(const Tensor& a, const Tensor& b, Tensor& c, Store store = Store::add);
/// c += a^T b. a: [N, K], b: [N, M], c: [K, M]. Partial sums over fixed blocks of rows, added in their order.
void add_matmul_at(const Tensor& a, const Tensor& b, Tensor& c);

/// Both gradients of a b at once, to the same bits: a_gradient += upstream b^T, or written over; b_gradient += a^T
/// upstream. Rows of upstream are used for both while a cache holds them, unless a or b is too wide.
void add_product_gradients(const Tensor& a, const Tensor& b, const Tensor& upstream, Tensor& a_gradient, Store store,
                           Tensor& b_gradient);

/// a b of a sparse a [N, K] and b [K, M]: [N, M]. Only stored values are multiplied.
Tensor matmul(const SparseMatrix& a, const Tensor& b);
/// c += a^T b. a: [N, K] sparse, b: [N, M], c: [K, M]; pulled through the transposed pattern.
void add_matmul_at(const SparseMatrix& a, const Tensor& b, Tensor& c);

/// Zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate). Draw i of `key` decides value i
/// (draw_bits(key, i) < rate * 2^32 drops it). y may be x.
void dropout(const Tensor& x, Real rate, std::uint64_t key, Tensor& y);
/// y += the same mask and scale applied to x: the backward rule, which draws again and stores no mask.
void add_dropout(const Tensor& x, Real rate, std::uint64_t key, Tensor& y);

}  // namespace cairn::kernels
