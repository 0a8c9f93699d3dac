#pragma once

#include <span>

#include "core/rng.h"
#include "core/types.h"
#include "tensor/tensor.h"

namespace cairn::support {

/// Standard normal values.
Tensor random_tensor(const Shape& shape, Rng& rng);

/// Row u of x as row new_id[u] of the result.
Tensor move_rows(const Tensor& x, std::span<const NodeId> new_id);

/// Largest |a - b|; infinite where shapes differ or a difference is not a number.
double max_difference(const Tensor& a, const Tensor& b);

/// Whether shapes and values are the same, bit for bit.
bool same_bits(const Tensor& a, const Tensor& b);

}  // namespace cairn::support
