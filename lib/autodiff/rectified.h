#pragma once

#include "autodiff/variable.h"
#include "kernels/store.h"

namespace cairn {

using kernels::Rectified;

/// Reads of an operation that may end in relu(), beside those of what comes before.
Reads reads_of(const Reads& before, Rectified rectified);
/// The gradient of input `place`, a row in every row of the result, wanted or not; leaves the upstream of what comes
/// before relu(). To be called first; the output is gone afterwards.
void add_row_gradient(BackwardStep& step, std::size_t place, Rectified rectified);

}  // namespace cairn
