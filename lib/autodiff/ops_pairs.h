#pragma once

#include <memory>

#include "autodiff/variable.h"
#include "kernels/pairs.h"

/// Values of pairs of rows of z [N, D], to shape [P]; the list is shared with the backward rule. Throw ShapeError
/// unless the list is of N nodes. A pair (u, u) has distance 0 and sends no gradient through it.
namespace cairn {

/// sum over d of |z[u, d] - z[v, d]|; its derivative is 0 where both are equal.
Variable pair_l1(const Variable& z, std::shared_ptr<const PairList> pairs);
/// <z[u], z[v]>.
Variable pair_dot(const Variable& z, std::shared_ptr<const PairList> pairs);
/// Euclidean distance of z[u] and z[v]; its gradient is 0 at distance 0.
Variable pair_l2(const Variable& z, std::shared_ptr<const PairList> pairs);

}  // namespace cairn
