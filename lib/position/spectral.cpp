#include "position/spectral.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "position/component_graphs.h"
#include "position/spectral_solve.h"

namespace cairn {

namespace {

// Entries whose magnitudes differ by less are equal: on a symmetric graph rounding alone would choose between them.
constexpr double magnitude_margin = 1e-4;
// So many rows of a panel, a cache line each, lie in the second-level cache of a core.
constexpr Index cached_rows = 16384;

void check_options(const SpectralOptions& options) {
  if (options.count < 1) throw UsageError(fmt::format("eigenvectors: expected at least 1, found {}", options.count));
  if (!(options.tolerance > 1e-13) || !std::isfinite(options.tolerance)) {
    throw UsageError(fmt::format("tolerance of eigenvectors: expected above 1e-13, found {}", options.tolerance));
  }
}

/// New ids by descending degree where a few nodes have most of the arcs, so that what products fetch most often lies
/// side by side and stays in the cache; empty where ids stay, because the graph is small or has no such nodes.
std::vector<NodeId> ids_by_degree(const Graph& graph) {
  const Index nodes = graph.node_count();
  if (nodes <= cached_rows) return {};
  std::vector<NodeId> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), NodeId{0});
  std::stable_sort(order.begin(), order.end(), [&](NodeId a, NodeId b) { return graph.degree(a) > graph.degree(b); });
  Index cached_arcs = 0;
  for (Index i = 0; i < cached_rows; ++i) cached_arcs += graph.degree(order[static_cast<std::size_t>(i)]);
  if (cached_arcs < graph.arc_count() / 2) return {};
  std::vector<NodeId> ids(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) ids[static_cast<std::size_t>(order[i])] = static_cast<NodeId>(i);
  return ids;
}

LaplacianPairs pairs_of(const Graph& graph, Index count, const SpectralOptions& options) {
  const SubspaceOptions subspace{
      .count = count, .tolerance = options.tolerance, .key = stream_key(options.seed, "laplacian eigenvectors")};
  if (prefers_dense_pairs(graph.node_count(), count)) return dense_laplacian_pairs(WalkMatrix(graph), count);
  const std::vector<NodeId> ids = ids_by_degree(graph);
  if (ids.empty()) return iterated_laplacian_pairs(WalkMatrix(graph), subspace);
  LaplacianPairs pairs = iterated_laplacian_pairs(WalkMatrix(relabeled(graph, ids)), subspace);
  std::vector<double> vectors(pairs.vectors.size());
  for (std::size_t u = 0; u < ids.size(); ++u) {
    std::copy_n(pairs.vectors.begin() + ids[u] * count, count, vectors.begin() + static_cast<Index>(u) * count);
  }
  pairs.vectors.swap(vectors);
  return pairs;
}

/// -1 where the column is to be turned around, else 1.
double sign_of(const LaplacianPairs& pairs, Index column) {
  const auto count = pairs.values.size();
  const auto first = static_cast<std::size_t>(column);
  double largest = 0;
  for (std::size_t i = first; i < pairs.vectors.size(); i += count) {
    largest = std::max(largest, std::abs(pairs.vectors[i]));
  }
  for (std::size_t i = first; i < pairs.vectors.size(); i += count) {
    if (std::abs(pairs.vectors[i]) >= (1 - magnitude_margin) * largest) return pairs.vectors[i] < 0 ? -1.0 : 1.0;
  }
  return 1;
}

/// Solves one component and writes its rows and values into the result.
void solve_component(const ComponentGraphs& graphs, Index component, const SpectralOptions& options,
                     LaplacianEigenvectors& result) {
  const Index found = result.found(component);
  const LaplacianPairs pairs = pairs_of(graphs.graph(component), found, options);
  for (Index j = 0; j < found; ++j) {
    result.values[static_cast<std::size_t>(component * result.count + j)] = pairs.values[static_cast<std::size_t>(j)];
    const double sign = sign_of(pairs, j);
    Index row = 0;
    for (const NodeId u : graphs.nodes(component)) {
      result.vectors[static_cast<std::size_t>(u * result.count + j)] =
          sign * pairs.vectors[static_cast<std::size_t>(row++ * found + j)];
    }
  }
}

}  // namespace

Index LaplacianEigenvectors::found(Index component) const {
  return std::min(count, components.sizes[static_cast<std::size_t>(component)] - 1);
}

LaplacianEigenvectors laplacian_eigenvectors(const Graph& graph, const SpectralOptions& options) {
  check_options(options);
  const ComponentGraphs graphs(without_directions(graph));
  LaplacianEigenvectors result;
  result.node_count = graph.node_count();
  result.count = options.count;
  result.components = graphs.components();
  result.vectors.assign(static_cast<std::size_t>(result.node_count * result.count), 0.0);
  result.values.assign(static_cast<std::size_t>(graphs.count() * result.count),
                       std::numeric_limits<double>::quiet_NaN());
  std::vector<Index> small;
  std::vector<Index> large;
  for (Index component = 0; component < graphs.count(); ++component) {
    const Index found = result.found(component);
    if (found == 0) continue;
    const Index nodes = result.components.sizes[static_cast<std::size_t>(component)];
    (prefers_dense_pairs(nodes, found) ? small : large).push_back(component);
  }
  parallel_blocks(static_cast<Index>(small.size()), 1, [&](Index i, Index) {
    solve_component(graphs, small[static_cast<std::size_t>(i)], options, result);
  });
  for (const Index component : large) solve_component(graphs, component, options, result);
  return result;
}

Coordinates spectral_coordinates(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                 const SpectralOptions& options) {
  const LaplacianEigenvectors found = laplacian_eigenvectors(graph, options);
  Coordinates coordinates;
  coordinates.values = Tensor(Shape{found.node_count, found.count});
  coordinates.graph_of_node.assign(graph_of_node.begin(), graph_of_node.end());
  bool all_valid = true;
  std::vector<std::uint8_t> valid(found.vectors.size(), 1);
  for (Index u = 0; u < found.node_count; ++u) {
    const Index component = found.components.of_node[static_cast<std::size_t>(u)];
    const Index known = found.found(component);
    const auto nodes = static_cast<double>(found.components.sizes[static_cast<std::size_t>(component)]);
    const double scale = options.scale == SpectralScale::unit ? 1.0 : std::sqrt(nodes);
    for (Index j = 0; j < known; ++j) coordinates.values.at(u, j) = static_cast<Real>(scale * found.at(u, j));
    all_valid = all_valid && known == found.count;
    std::fill(valid.begin() + u * found.count + known, valid.begin() + (u + 1) * found.count, std::uint8_t{0});
  }
  if (!all_valid) coordinates.valid = std::move(valid);
  check_coordinates(coordinates);
  return coordinates;
}

}  // namespace cairn
