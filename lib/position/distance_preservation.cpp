#include "position/distance_preservation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/error.h"
#include "core/parallel.h"

namespace cairn {

namespace {

void check_pairs(const Tensor& embedding, const MeasuredPairs& pairs) {
  if (pairs.from.size() != pairs.to.size() || pairs.from.size() != pairs.distances.size()) {
    throw ShapeError(fmt::format("distance preservation: {} and {} nodes, {} distances", pairs.from.size(),
                                 pairs.to.size(), pairs.distances.size()));
  }
  const auto is_row = [&](NodeId u) { return u >= 0 && u < embedding.rows(); };
  if (!std::all_of(pairs.from.begin(), pairs.from.end(), is_row) ||
      !std::all_of(pairs.to.begin(), pairs.to.end(), is_row)) {
    throw ShapeError(fmt::format("distance preservation: a pair of nodes outside the {} rows", embedding.rows()));
  }
  const bool good = std::all_of(pairs.distances.begin(), pairs.distances.end(),
                                [](Real distance) { return distance > 0 && std::isfinite(distance); });
  if (!good) throw NumericError("distance preservation: expected distances that are finite and above 0");
}

/// value(row of from, row of to) of each pair, in double.
template <class Value>
std::vector<double> of_each_pair(const Tensor& embedding, const MeasuredPairs& pairs, const Value& value) {
  check_pairs(embedding, pairs);
  std::vector<double> values(pairs.from.size());
  parallel_blocks(static_cast<Index>(values.size()), block_rows(embedding.columns()), [&](Index begin, Index end) {
    for (auto p = static_cast<std::size_t>(begin); p < static_cast<std::size_t>(end); ++p) {
      values[p] = value(embedding.row(pairs.from[p]), embedding.row(pairs.to[p]));
    }
  });
  return values;
}

std::vector<double> distances_of(const Tensor& embedding, const MeasuredPairs& pairs) {
  return of_each_pair(embedding, pairs, [](std::span<const Real> x, std::span<const Real> y) {
    double squares = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double difference = static_cast<double>(x[j]) - static_cast<double>(y[j]);
      squares += difference * difference;
    }
    return std::sqrt(squares);
  });
}

double cosine(std::span<const Real> x, std::span<const Real> y) {
  double product = 0;
  double x_squares = 0;
  double y_squares = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const auto a = static_cast<double>(x[j]);
    const auto b = static_cast<double>(y[j]);
    product += a * b;
    x_squares += a * a;
    y_squares += b * b;
  }
  const double norms = std::sqrt(x_squares) * std::sqrt(y_squares);
  return norms > 0 ? product / norms : 0;
}

}  // namespace

std::vector<Real> embedding_distances(const Tensor& embedding, const MeasuredPairs& pairs) {
  const std::vector<double> distances = distances_of(embedding, pairs);
  std::vector<Real> result(distances.size());
  std::transform(distances.begin(), distances.end(), result.begin(), [](double d) { return static_cast<Real>(d); });
  return result;
}

Distortion distortion(const Tensor& embedding, const MeasuredPairs& pairs) {
  std::vector<double> ratios = distances_of(embedding, pairs);
  if (ratios.empty()) return {};
  double sum = 0;
  for (std::size_t p = 0; p < ratios.size(); ++p) {
    ratios[p] /= static_cast<double>(pairs.distances[p]);
    sum += ratios[p];
  }
  if (sum == 0) return {1, std::numeric_limits<double>::infinity()};
  const auto count = static_cast<double>(ratios.size());
  const double scale = sum / count;
  double errors = 0;
  for (const double ratio : ratios) errors += std::abs(ratio / scale - 1);
  const auto [least, largest] = std::minmax_element(ratios.begin(), ratios.end());
  return {errors / count, *least > 0 ? *largest / *least : std::numeric_limits<double>::infinity()};
}

KernelCurve kernel_curve(const Tensor& embedding, const MeasuredPairs& pairs, double bin) {
  if (!(bin > 0) || !std::isfinite(bin)) {
    throw UsageError(fmt::format("kernel curve: expected a width of bins above 0, found {}", bin));
  }
  const std::vector<double> cosines = of_each_pair(embedding, pairs, cosine);
  struct Bin {
    double distances = 0;
    double cosines = 0;
    Index pairs = 0;
  };
  std::map<double, Bin> bins;
  for (std::size_t p = 0; p < cosines.size(); ++p) {
    const auto distance = static_cast<double>(pairs.distances[p]);
    Bin& into = bins[std::round(distance / bin)];
    into.distances += distance;
    into.cosines += cosines[p];
    ++into.pairs;
  }
  KernelCurve curve{{0}, {1}, {0}};
  for (const auto& [multiple, sums] : bins) {
    const auto count = static_cast<double>(sums.pairs);
    curve.distances.push_back(sums.distances / count);
    curve.kernel.push_back(sums.cosines / count);
    curve.pairs.push_back(sums.pairs);
  }
  return curve;
}

double reach(const KernelCurve& curve, double threshold) {
  if (curve.distances.empty() || curve.distances.size() != curve.kernel.size()) {
    throw ShapeError("reach: expected a curve with points");
  }
  for (std::size_t i = 0; i < curve.kernel.size(); ++i) {
    if (curve.kernel[i] > threshold) continue;
    if (i == 0) return curve.distances.front();
    const double part = (curve.kernel[i - 1] - threshold) / (curve.kernel[i - 1] - curve.kernel[i]);
    return curve.distances[i - 1] + part * (curve.distances[i] - curve.distances[i - 1]);
  }
  return curve.distances.back();
}

}  // namespace cairn
