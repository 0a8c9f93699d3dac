#pragma once

#include "autodiff/variable.h"

namespace cairn {

/// Fourier features [cos(x w), sin(x w)] / sqrt(2 R), cosines first, without a factor 2 pi. x: [N, M], frequencies w:
/// [M, R] -> [N, 2 R], rows of squared length 1/2. Gradients reach both. Throws ShapeError unless both are matrices
/// and x has a column for each row of w.
/// Source: Li et al., NeurIPS 2021, algorithm 1, line 1, with w as the transpose of its W_r.
Variable fourier_features(const Variable& x, const Variable& frequencies);

}  // namespace cairn
