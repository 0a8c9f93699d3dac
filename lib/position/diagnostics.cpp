#include "position/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <tuple>
#include <vector>

#include "core/error.h"
#include "core/rng.h"

namespace cairn {

namespace {

/// Equal for rows of equal numbers; 0 and -0 are equal.
std::uint64_t row_hash(std::span<const Real> row) {
  std::uint64_t hash = 0;
  for (const Real value : row)
    hash = mix_bits(hash + std::bit_cast<std::uint64_t>(static_cast<double>(value) + 0.0) + 1);
  return hash;
}

}  // namespace

Index collisions(const Tensor& embedding, std::span<const std::int32_t> graph_of_node) {
  const auto count = static_cast<std::size_t>(embedding.rows());
  if (!graph_of_node.empty() && graph_of_node.size() != count) {
    throw ShapeError(fmt::format("collisions: {} rows, but graphs of {} nodes", count, graph_of_node.size()));
  }
  const auto values = embedding.values();
  if (!std::all_of(values.begin(), values.end(), [](Real value) { return std::isfinite(value); })) {
    throw NumericError("collisions: expected finite values");
  }
  std::vector<std::uint64_t> hashes(count);
  for (std::size_t u = 0; u < count; ++u) hashes[u] = row_hash(embedding.row(static_cast<Index>(u)));
  const auto key = [&](std::size_t u) { return std::tuple(graph_of_node.empty() ? 0 : graph_of_node[u], hashes[u]); };
  const auto row = [&](std::size_t u) { return embedding.row(static_cast<Index>(u)); };
  const auto before = [&](std::size_t u, std::size_t v) {
    if (key(u) != key(v)) return key(u) < key(v);
    return std::lexicographical_compare(row(u).begin(), row(u).end(), row(v).begin(), row(v).end());
  };
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), before);
  Index shared = 0;
  for (std::size_t begin = 0; begin < count;) {
    std::size_t end = begin + 1;
    while (end < count && !before(order[begin], order[end])) ++end;
    if (end - begin > 1) shared += static_cast<Index>(end - begin);
    begin = end;
  }
  return shared;
}

AnchorCoverage anchor_coverage(const Coordinates& distances) {
  check_coordinates(distances);
  const Index nodes = distances.node_count();
  const Index axes = distances.axis_count();
  AnchorCoverage coverage;
  if (nodes == 0 || axes == 0) return coverage;
  Index reached_nodes = 0;
  Index reached_pairs = 0;
  for (Index node = 0; node < nodes; ++node) {
    double nearest = std::numeric_limits<double>::infinity();
    for (Index axis = 0; axis < axes; ++axis) {
      if (!distances.is_valid(node, axis)) continue;
      ++reached_pairs;
      nearest = std::min(nearest, static_cast<double>(distances.values.at(node, axis)));
    }
    if (!std::isfinite(nearest)) continue;
    ++reached_nodes;
    coverage.mean_nearest += nearest;
    coverage.worst_nearest = std::max(coverage.worst_nearest, nearest);
  }
  coverage.nodes = static_cast<double>(reached_nodes) / static_cast<double>(nodes);
  coverage.pairs = static_cast<double>(reached_pairs) / static_cast<double>(nodes * axes);
  if (reached_nodes > 0) coverage.mean_nearest /= static_cast<double>(reached_nodes);
  return coverage;
}

double suggested_width(const Coordinates& coordinates, double positions, double unit) {
  if (!(positions >= 0) || !(unit >= 0) || (positions == 0 && unit == 0)) {
    throw UsageError(
        fmt::format("suggested width: expected positions or a unit above 0, found {} and {}", positions, unit));
  }
  check_coordinates(coordinates);
  double lengths = 0;
  Index ranges = 0;
  for (Index axis = 0; axis < coordinates.axis_count(); ++axis) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (Index node = 0; node < coordinates.node_count(); ++node) {
      if (!coordinates.is_valid(node, axis)) continue;
      low = std::min(low, static_cast<double>(coordinates.values.at(node, axis)));
      high = std::max(high, static_cast<double>(coordinates.values.at(node, axis)));
    }
    if (!(high > low)) continue;
    lengths += high - low;
    ++ranges;
  }
  if (ranges == 0) return unit;
  const double length = lengths / static_cast<double>(ranges);
  const double wanted = positions > 0 ? positions : std::max(2.0, std::log(length / unit));
  const double width = length / (2 * std::sqrt(std::numbers::pi) * wanted);
  return unit > 0 ? std::clamp(width, unit, 4 * unit) : width;
}

}  // namespace cairn
