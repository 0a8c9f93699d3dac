#include "data/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/draws.h"
#include "core/error.h"
#include "core/rng.h"
#include "support/catch.h"

using namespace cairn;

namespace {

using Scores = std::vector<Real>;

/// Scores with many ties where `levels` is small.
Scores some_scores(Index count, Index levels, Rng& rng) {
  Scores scores;
  for (Index i = 0; i < count; ++i) scores.push_back(static_cast<Real>(rng.below(levels)) / 4 - 1);
  return scores;
}

double share_of_pairs(const Scores& positives, const Scores& negatives) {
  double wins = 0;
  for (const Real p : positives) {
    for (const Real n : negatives) wins += p > n ? 1 : p == n ? 0.5 : 0;
  }
  return wins / static_cast<double>(positives.size()) / static_cast<double>(negatives.size());
}

/// The definition: for every different score from the highest down, precision and recall of all that reach it.
double slow_average_precision(const Scores& positives, const Scores& negatives) {
  Scores thresholds = positives;
  thresholds.insert(thresholds.end(), negatives.begin(), negatives.end());
  std::sort(thresholds.begin(), thresholds.end());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  std::reverse(thresholds.begin(), thresholds.end());
  double result = 0;
  double recall = 0;
  for (const Real threshold : thresholds) {
    const auto reach = [&](const Scores& scores) {
      return static_cast<double>(std::count_if(scores.begin(), scores.end(), [&](Real s) { return s >= threshold; }));
    };
    const double precision = reach(positives) / (reach(positives) + reach(negatives));
    const double now = reach(positives) / static_cast<double>(positives.size());
    result += (now - recall) * precision;
    recall = now;
  }
  return result;
}

}  // namespace

TEST_CASE("ranking: known answers of scikit-learn", "[data][ranking]") {
  // Its documentation's example: y_true 0 0 1 1, scores 0.1 0.4 0.35 0.8: AUC 3/4, AP 0.8333.
  const RankingMetrics metrics = ranking_metrics(Scores{Real(0.35), Real(0.8)}, Scores{Real(0.1), Real(0.4)});
  CHECK(metrics.roc_auc == 0.75);
  CHECK(metrics.average_precision == Approx(5.0 / 6));
  // Thresholds 3, 2, 1 with positives 1, 2, 1 and negatives 0, 1, 2: 1/4 * 1 + 2/4 * 3/4 + 1/4 * 4/7.
  const RankingMetrics tied = ranking_metrics(Scores{2, 3, 1, 2}, Scores{1, 2, 1});
  CHECK(tied.average_precision == Approx(0.25 + 0.375 + 1.0 / 7));
  CHECK(tied.roc_auc == Approx((3 + 2 * 2.5 + 1) / 12));
}

TEST_CASE("ranking: agrees with all pairs and with all thresholds, with few ties and with many", "[data][ranking]") {
  Rng rng(1);
  for (int round = 0; round < 60; ++round) {
    const Index levels = round % 3 == 0 ? 3 : round % 3 == 1 ? 20 : 100000;
    const Scores positives = some_scores(1 + rng.below(40), levels, rng);
    const Scores negatives = some_scores(1 + rng.below(80), levels, rng);
    const RankingMetrics metrics = ranking_metrics(positives, negatives);
    CHECK(metrics.roc_auc == Approx(share_of_pairs(positives, negatives)).epsilon(1e-12));
    CHECK(metrics.average_precision == Approx(slow_average_precision(positives, negatives)).epsilon(1e-12));
  }
}

TEST_CASE("ranking: all above is 1, all below 0, all equal one half, and the order of scores says nothing",
          "[data][ranking]") {
  CHECK(ranking_metrics(Scores{3, 4}, Scores{1, 2}).roc_auc == 1);
  CHECK(ranking_metrics(Scores{3, 4}, Scores{1, 2}).average_precision == 1);
  CHECK(ranking_metrics(Scores{1}, Scores{2, 3}).roc_auc == 0);
  CHECK(ranking_metrics(Scores{1}, Scores{2, 3}).average_precision == Approx(1.0 / 3));
  CHECK(ranking_metrics(Scores(5, 7), Scores(9, 7)).roc_auc == 0.5);
  CHECK(ranking_metrics(Scores(5, 7), Scores(9, 7)).average_precision == Approx(5.0 / 14));
  constexpr Real infinite = std::numeric_limits<Real>::infinity();
  CHECK(ranking_metrics(Scores{infinite, 0}, Scores{-infinite, infinite}).roc_auc == Approx((1 + 0.5 + 1) / 4));
  Rng rng(2);
  Scores positives = some_scores(200, 50, rng);
  Scores negatives = some_scores(300, 50, rng);
  const RankingMetrics before = ranking_metrics(positives, negatives);
  shuffle(positives, rng);
  shuffle(negatives, rng);
  CHECK(ranking_metrics(positives, negatives).roc_auc == before.roc_auc);
  CHECK(ranking_metrics(positives, negatives).average_precision == before.average_precision);
}

TEST_CASE("hits: the share of positives strictly above the k-th highest negative", "[data][ranking]") {
  const Scores positives{5, 4, 3, 1};
  const Scores negatives{0, 4, 2, 4};
  CHECK(hits_at(1, positives, negatives) == 0.25);
  CHECK(hits_at(2, positives, negatives) == 0.25);  // a tie with it is a miss
  CHECK(hits_at(3, positives, negatives) == 0.75);
  CHECK(hits_at(4, positives, negatives) == 1);
  CHECK(hits_at(5, Scores{-9}, negatives) == 1);  // fewer negatives than 5
  CHECK(hits_at(1, Scores{-9}, {}) == 1);
  CHECK(hits_at(4, Scores{0, -1}, negatives) == 0);
}

TEST_CASE("rank correlation: known answers, ties with their mean rank", "[data][ranking]") {
  CHECK(rank_correlation(Scores{1, 2, 3, 4}, Scores{10, 100, 1000, 10000}) == Approx(1));
  CHECK(rank_correlation(Scores{1, 2, 3, 4}, Scores{4, 3, 2, 1}) == Approx(-1));
  // Without ties 1 - 6 sum d^2 / (n (n^2 - 1)): differences 1 -1 1 -1 0 of 5 ranks.
  CHECK(rank_correlation(Scores{1, 2, 3, 4, 5}, Scores{2, 1, 4, 3, 5}) == Approx(1 - 6.0 * 4 / (5 * 24)));
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
  CHECK(rank_correlation(Scores{1, 2, 2, 3}, Scores{1, 2, 3, 4}) == Approx(4.5 / std::sqrt(4.5 * 5)));
  CHECK(rank_correlation(Scores{1, 1, 1}, Scores{1, 2, 3}) == 0);
  CHECK(rank_correlation(Scores{1}, Scores{1}) == 0);
  CHECK(rank_correlation({}, {}) == 0);
}

TEST_CASE("ranking: nothing to rank, a rank below 1 and values that are no numbers are refused", "[data][ranking]") {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Scores some{1, 2};
  const Scores bad{1, nan};
  CHECK_THROWS_AS(ranking_metrics(some, {}), ShapeError);
  CHECK_THROWS_AS(ranking_metrics({}, some), ShapeError);
  CHECK_THROWS_AS(ranking_metrics(bad, some), NumericError);
  CHECK_THROWS_WITH(ranking_metrics(some, bad), Catch::Contains("negatives: value 1"));
  CHECK_THROWS_AS(hits_at(0, some, some), UsageError);
  CHECK_THROWS_AS(hits_at(1, {}, some), ShapeError);
  CHECK_THROWS_AS(hits_at(1, bad, some), NumericError);
  CHECK_THROWS_AS(hits_at(9, some, bad), NumericError);
  CHECK_THROWS_AS(rank_correlation(some, Scores{1}), ShapeError);
  CHECK_THROWS_AS(rank_correlation(some, bad), NumericError);
}
