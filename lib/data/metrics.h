#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "core/types.h"
#include "tensor/tensor.h"

namespace cairn {

struct ClassificationMetrics {
  double accuracy = 0;  // share of nodes whose highest score is their class; ties go to the lowest class
  double macro_f1 = 0;  // mean over the classes that occur in labels or predictions, as scikit-learn's macro average
  double cross_entropy = 0;  // mean of -log softmax(scores)[class], in nats
  /// Of two classes, by the score of class 1 less that of class 0 (see RankingMetrics). NaN for another number of
  /// classes, where one of the two does not occur, and where scores are not finite: infinities may differ by NaN.
  double roc_auc = std::numeric_limits<double>::quiet_NaN();
};

/// scores: [N, C], before softmax. labels: [N]. nodes: those to judge; each must have a label >= 0, else ShapeError.
/// All zero for no nodes, but for roc_auc.
ClassificationMetrics classification_metrics(const Tensor& scores, std::span<const std::int32_t> labels,
                                             std::span<const NodeId> nodes);

struct MeanStd {
  double mean = 0;
  double std = 0;  // of a sample (n - 1), 0 for one value
};
MeanStd mean_std(std::span<const double> values);

}  // namespace cairn
