#pragma once

#include <cstdint>
#include <vector>

#include "core/rng.h"
#include "kernels/propagation.h"
#include "tensor/sparse_matrix.h"
#include "tensor/tensor.h"

/// Inputs of kernels that are timed or counted.
namespace cairn::benchmarks {

/// Values uniform in [-1, 1).
Tensor random_tensor(const Shape& shape, Rng& rng);

/// `stored` values uniform in [-1, 1) spread evenly over the rows; columns drawn at random, those met twice in a row
/// are stored once.
SparseMatrix random_sparse(Index rows, Index columns, Index stored, Rng& rng);

/// `arcs` arcs spread evenly over the targets, sources drawn at random, those met twice pulled once. Weights uniform
/// in [0, 1).
Propagation random_propagation(Index nodes, Index arcs, Rng& rng);

}  // namespace cairn::benchmarks
