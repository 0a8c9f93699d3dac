#pragma once

#include <span>

#include "core/types.h"

namespace cairn {

struct RankingMetrics {
  /// How often a positive scores above a negative; of equal scores, half (Mann and Whitney's U by the number of pairs).
  double roc_auc = 0;
  /// Sum over falling thresholds of precision * gained recall; equal scores share a threshold, as in scikit-learn's
  /// average_precision_score.
  double average_precision = 0;
};

/// O(n log n), by sorting; exact counts, so that nothing depends on the order of the scores. Scores may be infinite.
/// Throws ShapeError where there are no positives or no negatives, NumericError for a NaN: it has no rank.
RankingMetrics ranking_metrics(std::span<const Real> positive_scores, std::span<const Real> negative_scores);

/// Share of the positives that score above the k-th highest negative (a tie with it is a miss); 1 where there are fewer
/// than k negatives. Throws UsageError for k < 1, ShapeError where there are no positives, NumericError for a NaN.
/// Source: the Open Graph Benchmark's rule (Hu et al., NeurIPS 2020).
double hits_at(Index k, std::span<const Real> positive_scores, std::span<const Real> negative_scores);

/// Spearman's rank correlation of x and y, in [-1, 1]: equal values have the mean of their ranks. 0 where one of them
/// does not vary, or for fewer than two values. Throws ShapeError for different sizes, NumericError for a NaN.
double rank_correlation(std::span<const Real> x, std::span<const Real> y);

}  // namespace cairn
