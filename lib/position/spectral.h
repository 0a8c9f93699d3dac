#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.h"
#include "graph/traversal.h"
#include "position/coordinates.h"

namespace cairn {

/// Length of an eigenvector as a column of coordinates.
enum class SpectralScale : std::uint8_t {
  unit,             // sum of squares 1 over its component: values shrink as components grow
  root_mean_square  // mean of squares 1: values of components of different sizes can be compared
};

struct SpectralOptions {
  Index count = 16;                           // eigenvectors a component, at least 1
  double tolerance = 1e-6;                    // largest |L x - value x| of a unit x, above 1e-13
  std::uint64_t seed = 0;                     // of the start, which decides the basis where eigenvalues repeat
  SpectralScale scale = SpectralScale::unit;  // of coordinates
};

/// Eigenvectors of the symmetric normalized Laplacian L = I - D^-1/2 A D^-1/2, D the row sums of A, for each connected
/// component on its own: column j holds, on the nodes of every component, that component's eigenvector of the (j+2)nd
/// smallest eigenvalue. The first, sqrt(D) of eigenvalue 0, is left out: it says nothing but degrees. A component of n
/// nodes has n - 1 of the others; columns beyond are 0.
struct LaplacianEigenvectors {
  Index node_count = 0;
  Index count = 0;              // columns
  std::vector<double> vectors;  // [N, count]; those of a component are orthonormal
  std::vector<double> values;   // [components, count], ascending, in (0, 2]; NaN where a component has no more
  Components components;

  /// Eigenvectors of a component: at most its nodes less one.
  Index found(Index component) const;
  double at(Index node, Index column) const { return vectors[static_cast<std::size_t>(node * count + column)]; }
};

/// graph: weights above 0, a self-loop counts once; directions are ignored (weights of both add).
/// Sign: of the entries of largest magnitude, up to 1 part in 10,000, the one of the lowest node is positive. Repeated
/// eigenvalues: some orthonormal basis of what they span, always the same for a seed. All in double, whatever Real is;
/// the same bits for any number of threads. Small components are decomposed whole, side by side; large ones iterated
/// (spectral_solve.h), threads within.
/// Throws UsageError for options that make no sense or a weight not above 0; NumericError where the iteration does not
/// reach the tolerance.
LaplacianEigenvectors laplacian_eigenvectors(const Graph& graph, const SpectralOptions& options = {});

/// The same as coordinates, [N, count]: not valid, and 0, where a component has no more eigenvectors. Components of
/// different graphs, or of one, share axes; an axis has a meaning of its own in each.
/// graph_of_node: [N], or empty for one graph. Throws also ShapeError where it does not fit the nodes.
/// Source: Dwivedi et al., "Benchmarking Graph Neural Networks", JMLR 2023; by component and with a rule for signs is
/// ours.
Coordinates spectral_coordinates(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                 const SpectralOptions& options = {});

}  // namespace cairn
