#pragma once

#include <string_view>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// Throws ShapeError "<name>: expected a matrix, found [..]" unless x has two extents.
void require_matrix(std::string_view name, const Tensor& x);
/// Throws ShapeError "<name>: [..] does not fit [..]" unless `fits`.
void require_fit(bool fits, std::string_view name, const Tensor& a, const Tensor& b);

}  // namespace cairn::kernels
