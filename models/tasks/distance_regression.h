#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "data/distance_pairs.h"
#include "kernels/pairs.h"
#include "models/tasks/task.h"

namespace cairn {

/// Predicts the distance of two nodes as gamma |z_u - z_v|_1 + delta. The loss is the mean squared error in units of
/// the mean training distance, so that graphs of any diameter train alike. gamma and delta are parameters of the task
/// ("gamma", "delta"), without weight decay; at first gamma = mean training distance / D and delta = 0: rows that
/// differ by 1 in each column are as far apart as the mean pair.
class DistanceRegression : public Task {
 public:
  /// Throws ShapeError where a part has not one distance a pair or a node outside 0 .. node_count - 1; UsageError where
  /// no pair trains, for a distance that is not above 0 and finite, and for a width below 1.
  DistanceRegression(Index node_count, DistancePairs train, DistancePairs validation, DistancePairs test, Index width);

  Index out_width() const override { return width_; }
  Variable part_loss(const Variable& embedding, Part part, const Pass& pass) const override;
  /// "mean_absolute_error" in units of the distances; "relative_error", the mean of |error| / distance;
  /// "rank_correlation", Spearman's, 0 where either does not vary; "r2", 1 - squared errors / squared deviations from
  /// the part's mean, 0 where distances do not vary. All zero for a part without pairs. Throws NumericError for a
  /// prediction that is not a number.
  Metrics evaluate(const Tensor& embedding, Part part) const override;
  bool has(Part part) const override { return of(part).pairs->size() > 0; }
  /// The lowest relative error: near pairs count as much as far ones; among those the lowest absolute error.
  EpochQuality quality(const Metrics& validation) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  struct Known {
    std::shared_ptr<const PairList> pairs;
    std::vector<Real> distances;
    Tensor targets;  // [P, 1]: distances over the mean training distance
  };

  Known known_pairs(Index node_count, DistancePairs pairs, Part part) const;
  const Known& of(Part part) const { return known_[static_cast<std::size_t>(part)]; }
  /// [P, 1].
  Variable predict(const Variable& embedding, std::shared_ptr<const PairList> pairs) const;

  Index width_;
  std::array<Known, 3> known_;  // by Part
  Real unit_ = 1;               // mean training distance
  Variable gamma_;              // [1]
  Variable delta_;              // [1]
};

}  // namespace cairn
