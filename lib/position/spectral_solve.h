#pragma once

#include <cstdint>
#include <vector>

#include "position/walk_matrix.h"

namespace cairn {

/// Some eigenvectors of the symmetric normalized Laplacian L = I - D^-1/2 A D^-1/2 of a connected undirected graph,
/// those of the smallest eigenvalues but without the first, D^1/2 1 of eigenvalue 0.
struct LaplacianPairs {
  std::vector<double> values;   // [count], ascending
  std::vector<double> vectors;  // [n, count], columns orthonormal
};

/// What the iteration may be told.
struct SubspaceOptions {
  Index count = 1;               // pairs wanted
  double tolerance = 1e-6;       // largest |L x - value x| of a unit x
  std::uint64_t key = 0;         // of the start
  Index most_products = 200000;  // products with the block before it counts as failed
};

/// Whether `count` pairs of a graph of `nodes` nodes are found faster by decomposing the whole matrix. Always true
/// where the iteration's block would not fit well below the number of nodes.
bool prefers_dense_pairs(Index nodes, Index count);

/// All of the matrix decomposed, the first min(count, n - 1) pairs kept: for few nodes. [n, n] doubles, O(n^3).
/// Refuses n > 8,192 with UsageError.
LaplacianPairs dense_laplacian_pairs(const WalkMatrix& walk, Index count);

/// The same by subspace iteration on a block of more vectors than wanted, from a seeded start. Each round damps, by a
/// Chebyshev polynomial of P, all that lies beyond the block's own values, then solves the problem within the block
/// (Rayleigh-Ritz). Repeated eigenvalues come with an orthonormal basis, however often they repeat. Same bits for any
/// number of threads; O(n block) doubles. Needs !prefers_dense_pairs(n, count).
/// Throws NumericError where most_products are not enough.
/// Source: Zhou, Saad, Tiago and Chelikowsky, J. Comput. Phys. 219, 2006; degrees chosen by what is still to be damped
/// and converged vectors left out of the filter are ours.
LaplacianPairs iterated_laplacian_pairs(const WalkMatrix& walk, const SubspaceOptions& options);

}  // namespace cairn
