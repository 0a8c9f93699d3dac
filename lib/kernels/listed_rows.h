#pragma once

#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// sum [D] += the rows of x [.., D] that are listed, in fixed chunks of the list, in parallel: a chunk's rows in their
/// order, then the chunks.
void add_listed_rows(std::span<const std::int32_t> listed, const Tensor& x, Tensor& sum);

}  // namespace cairn::kernels
