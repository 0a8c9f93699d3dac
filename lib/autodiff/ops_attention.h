#pragma once

#include <memory>

#include "autodiff/variable.h"
#include "kernels/dense_attention.h"

namespace cairn {

/// Softmax attention within blocks, with the whole matrix of weights: kernels::dense_attend. query, key: [N, H d];
/// value: [N, H m] -> [N, H m]. Holds H n^2 weights of each block of n nodes until backward(). Throws ShapeError.
/// Source: Vaswani et al., NIPS 2017, eq. 1.
Variable dense_attend(std::shared_ptr<const kernels::AttentionBlocks> blocks, Index heads, const Variable& query,
                      const Variable& key, const Variable& value);

}  // namespace cairn
