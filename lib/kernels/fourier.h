#pragma once

#include "tensor/tensor.h"

namespace cairn::kernels {

/// [cos p, sin p] / sqrt(2 R) of each row of phases: a block of cosines, then one of sines, so that every row has the
/// squared length 1/2. phases: [N, R] in radians. Returns [N, 2 R]. Throws ShapeError unless phases is a matrix.
Tensor fourier_features(const Tensor& phases);
/// Gradient with respect to the phases, from what fourier_features returned: its columns are each other's derivatives,
/// so neither phases nor a second cosine are needed. features, upstream: [N, 2 R]. Returns [N, R]. Throws ShapeError
/// where they differ or have an odd number of columns.
Tensor fourier_phase_gradient(const Tensor& features, const Tensor& upstream);

}  // namespace cairn::kernels
