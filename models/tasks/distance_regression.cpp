#include "models/tasks/distance_regression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_loss.h"
#include "autodiff/ops_pairs.h"
#include "core/error.h"
#include "data/ranking.h"

namespace cairn {

namespace {

double mean_of(std::span<const Real> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

DistanceRegression::DistanceRegression(Index node_count, DistancePairs train, DistancePairs validation,
                                       DistancePairs test, Index width)
    : width_(width) {
  if (width < 1) throw UsageError(fmt::format("distances: expected a width of at least 1, found {}", width));
  if (train.pairs.empty()) throw UsageError("distances: expected pairs to train with, found none");
  known_ = {known_pairs(node_count, std::move(train), Part::train),
            known_pairs(node_count, std::move(validation), Part::validation),
            known_pairs(node_count, std::move(test), Part::test)};
  const std::vector<Real>& distances = of(Part::train).distances;
  unit_ = static_cast<Real>(mean_of(distances));
  for (Known& known : known_) {
    known.targets = Tensor({static_cast<Index>(known.distances.size()), 1}, known.distances);
    for (Real& target : known.targets.values()) target /= unit_;
  }
  gamma_ = constant_parameter({1}, unit_ / static_cast<Real>(width));
  delta_ = constant_parameter({1}, 0);
}

DistanceRegression::Known DistanceRegression::known_pairs(Index node_count, DistancePairs pairs, Part part) const {
  if (pairs.pairs.size() != pairs.distances.size()) {
    throw ShapeError(fmt::format("distances: {} {} pairs, {} distances", pairs.pairs.size(), to_string(part),
                                 pairs.distances.size()));
  }
  std::vector<NodeId> first;
  std::vector<NodeId> second;
  for (std::size_t p = 0; p < pairs.pairs.size(); ++p) {
    first.push_back(pairs.pairs[p].u);
    second.push_back(pairs.pairs[p].v);
    if (pairs.distances[p] > 0 && std::isfinite(pairs.distances[p])) continue;
    throw UsageError(fmt::format("distances: {} pair ({}, {}): expected a distance above 0, found {}", to_string(part),
                                 first.back(), second.back(), pairs.distances[p]));
  }
  return {std::make_shared<const PairList>(node_count, first, second), std::move(pairs.distances), {}};
}

Variable DistanceRegression::predict(const Variable& embedding, std::shared_ptr<const PairList> pairs) const {
  const Index count = pairs->size();
  return add_row(reshape(scale(pair_l1(embedding, std::move(pairs)), gamma_), {count, 1}), delta_);
}

Variable DistanceRegression::part_loss(const Variable& embedding, Part part, const Pass&) const {
  return mean_squared_error(scale(predict(embedding, of(part).pairs), 1 / unit_), of(part).targets);
}

Metrics DistanceRegression::evaluate(const Tensor& embedding, Part part) const {
  Metrics metrics{{"mean_absolute_error", 0}, {"relative_error", 0}, {"rank_correlation", 0}, {"r2", 0}};
  if (!has(part)) return metrics;
  const WithoutGradients without_gradients;
  const Variable predicted = predict(Variable::constant(embedding), of(part).pairs);
  const std::span<const Real> found = predicted.value().values();
  const std::span<const Real> known = of(part).distances;
  metrics["rank_correlation"] = rank_correlation(found, known);
  const double mean = mean_of(known);
  const auto count = static_cast<double>(known.size());
  double squared_errors = 0;
  double squared_deviations = 0;
  for (std::size_t p = 0; p < known.size(); ++p) {
    const auto distance = static_cast<double>(known[p]);
    const double error = static_cast<double>(found[p]) - distance;
    metrics["mean_absolute_error"] += std::abs(error) / count;
    metrics["relative_error"] += std::abs(error) / distance / count;
    squared_errors += error * error;
    squared_deviations += (distance - mean) * (distance - mean);
  }
  if (squared_deviations > 0) metrics["r2"] = 1 - squared_errors / squared_deviations;
  return metrics;
}

EpochQuality DistanceRegression::quality(const Metrics& validation) const {
  return {.score = -validation.at("relative_error"), .tie_break = -validation.at("mean_absolute_error")};
}

void DistanceRegression::visit(const ParameterVisitor& visitor) const {
  visitor("gamma", gamma_, ParameterKind::bias);
  visitor("delta", delta_, ParameterKind::bias);
}

}  // namespace cairn
