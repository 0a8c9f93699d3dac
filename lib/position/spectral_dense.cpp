#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "position/spectral_solve.h"

namespace cairn {

namespace {
constexpr Index most_dense_nodes = 8192;
}

LaplacianPairs dense_laplacian_pairs(const WalkMatrix& walk, Index count) {
  const Index n = walk.size();
  if (n > most_dense_nodes) {
    throw UsageError(fmt::format("dense eigenvectors: expected at most {} nodes, found {}", most_dense_nodes, n));
  }
  const Graph& graph = walk.graph();
  const std::span<const double> sums = walk.row_sums();
  Eigen::MatrixXd laplacian = Eigen::MatrixXd::Identity(n, n);
  for (Index u = 0; u < n; ++u) {
    const auto begin = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
    const auto end = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u) + 1]);
    for (std::size_t arc = begin; arc < end; ++arc) {
      const Index v = graph.targets()[arc];
      const double weight = graph.weighted() ? static_cast<double>(graph.weights()[arc]) : 1.0;
      laplacian(u, v) -= weight / std::sqrt(sums[static_cast<std::size_t>(u)] * sums[static_cast<std::size_t>(v)]);
    }
  }
  // The known vector moves to the far end of the spectrum (no eigenvalue is above 2), whatever else is close to 0.
  Eigen::VectorXd known(n);
  for (Index u = 0; u < n; ++u) known(u) = std::sqrt(sums[static_cast<std::size_t>(u)]);
  known.normalize();
  laplacian.noalias() += 4 * known * known.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(laplacian);
  if (solver.info() != Eigen::Success) {
    throw NumericError(fmt::format("dense eigenvectors: no convergence on a graph of {} nodes", n));
  }
  LaplacianPairs pairs;
  const Index found = std::min(count, n - 1);
  pairs.values.resize(static_cast<std::size_t>(found));
  pairs.vectors.resize(static_cast<std::size_t>(found * n));
  for (Index j = 0; j < found; ++j) {
    pairs.values[static_cast<std::size_t>(j)] = solver.eigenvalues()(j);
    for (Index u = 0; u < n; ++u) pairs.vectors[static_cast<std::size_t>(u * found + j)] = solver.eigenvectors()(u, j);
  }
  return pairs;
}

}  // namespace cairn
