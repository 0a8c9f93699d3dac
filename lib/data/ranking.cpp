#include "data/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace cairn {

namespace {

void require_numbers(std::string_view what, std::span<const Real> values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](Real value) { return std::isnan(value); });
  if (bad != values.end()) throw NumericError(fmt::format("{}: value {} is not a number", what, bad - values.begin()));
}

/// Twice the rank of each value, counted from 1, so that the mean of equal ranks is whole.
std::vector<std::int64_t> doubled_ranks(std::span<const Real> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<std::int64_t> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = static_cast<std::int64_t>(begin + 1 + end);
    begin = end;
  }
  return ranks;
}

}  // namespace

RankingMetrics ranking_metrics(std::span<const Real> positive_scores, std::span<const Real> negative_scores) {
  if (positive_scores.empty() || negative_scores.empty()) {
    throw ShapeError(fmt::format("ranking: expected positives and negatives, found {} and {}", positive_scores.size(),
                                 negative_scores.size()));
  }
  require_numbers("scores of positives", positive_scores);
  require_numbers("scores of negatives", negative_scores);
  std::vector<Real> positives(positive_scores.begin(), positive_scores.end());
  std::vector<Real> negatives(negative_scores.begin(), negative_scores.end());
  std::sort(positives.begin(), positives.end(), std::greater<>());
  std::sort(negatives.begin(), negatives.end(), std::greater<>());

  const auto positive_count = static_cast<double>(positives.size());
  RankingMetrics metrics;
  std::int64_t doubled_wins = 0;  // of positives over negatives, a tie is one
  std::size_t p = 0;              // positives and negatives above the threshold
  std::size_t n = 0;
  while (p < positives.size()) {
    const Real threshold = positives[p];
    while (n < negatives.size() && negatives[n] > threshold) ++n;
    std::size_t ties = n;
    while (ties < negatives.size() && negatives[ties] == threshold) ++ties;
    const std::size_t first = p;
    while (p < positives.size() && positives[p] == threshold) ++p;
    const auto gained = static_cast<std::int64_t>(p - first);
    doubled_wins += gained * static_cast<std::int64_t>(2 * (negatives.size() - ties) + (ties - n));
    n = ties;
    metrics.average_precision +=
        static_cast<double>(gained) / positive_count * (static_cast<double>(p) / static_cast<double>(p + n));
  }
  metrics.roc_auc = static_cast<double>(doubled_wins) / 2 / positive_count / static_cast<double>(negatives.size());
  return metrics;
}

double hits_at(Index k, std::span<const Real> positive_scores, std::span<const Real> negative_scores) {
  if (k < 1) throw UsageError(fmt::format("hits: expected a rank of at least 1, found {}", k));
  if (positive_scores.empty()) throw ShapeError("hits: expected positives, found none");
  require_numbers("scores of positives", positive_scores);
  require_numbers("scores of negatives", negative_scores);
  if (static_cast<Index>(negative_scores.size()) < k) return 1;
  std::vector<Real> negatives(negative_scores.begin(), negative_scores.end());
  const auto kth = negatives.begin() + (k - 1);
  std::nth_element(negatives.begin(), kth, negatives.end(), std::greater<>());
  const auto hits =
      std::count_if(positive_scores.begin(), positive_scores.end(), [&](Real score) { return score > *kth; });
  return static_cast<double>(hits) / static_cast<double>(positive_scores.size());
}

double rank_correlation(std::span<const Real> x, std::span<const Real> y) {
  if (x.size() != y.size()) throw ShapeError(fmt::format("rank correlation: {} and {} values", x.size(), y.size()));
  require_numbers("rank correlation", x);
  require_numbers("rank correlation", y);
  const std::vector<std::int64_t> x_ranks = doubled_ranks(x);
  const std::vector<std::int64_t> y_ranks = doubled_ranks(y);
  const auto mean = static_cast<double>(x.size() + 1);  // of doubled ranks
  double products = 0;
  double x_squares = 0;
  double y_squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = static_cast<double>(x_ranks[i]) - mean;
    const double b = static_cast<double>(y_ranks[i]) - mean;
    products += a * b;
    x_squares += a * a;
    y_squares += b * b;
  }
  const double scale = std::sqrt(x_squares) * std::sqrt(y_squares);
  return scale > 0 ? std::clamp(products / scale, -1.0, 1.0) : 0;
}

}  // namespace cairn
