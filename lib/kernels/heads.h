#pragma once

#include "tensor/tensor.h"

/// Rows of H heads side by side, [N, H * D]. Throw ShapeError where shapes do not fit.
namespace cairn::kernels {

/// y[i, h] = sum over d of x[i, h, d] * a[h, d]. x: [N, H * D], a: [H, D] -> [N, H].
Tensor head_dot(const Tensor& x, const Tensor& a);
/// x_gradient[i, h, d] += u[i, h] * a[h, d].
void add_head_dot_x_gradient(const Tensor& upstream, const Tensor& a, Tensor& x_gradient);
/// a_gradient[h, d] += sum over i of u[i, h] * x[i, h, d]. Partial sums over fixed blocks of rows, added in their
/// order.
void add_head_dot_a_gradient(const Tensor& upstream, const Tensor& x, Tensor& a_gradient);

/// Mean over heads: [N, H * D] -> [N, D].
Tensor mean_heads(const Tensor& x, Index heads);
/// x_gradient[i, h, d] += u[i, d] / H.
void add_mean_heads_gradient(const Tensor& upstream, Index heads, Tensor& x_gradient);

}  // namespace cairn::kernels
