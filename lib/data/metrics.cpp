#include "data/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "data/ranking.h"

namespace cairn {

namespace {

/// What one block of nodes adds.
struct Tally {
  std::vector<Index> hits;       // [C] nodes of the class that were predicted as such
  std::vector<Index> labeled;    // [C] nodes of the class
  std::vector<Index> predicted;  // [C] nodes predicted as the class
  double cross_entropy = 0;
};

/// log sum exp(scores), shifted by the highest score: exp() overflows above 709.
double log_sum_exp(std::span<const Real> scores, double highest) {
  double sum = 0;
  for (const Real score : scores) sum += std::exp(static_cast<double>(score) - highest);
  return highest + std::log(sum);
}

void judge(const Tensor& scores, std::span<const std::int32_t> labels, NodeId node, Tally& tally) {
  const Index classes = scores.columns();
  if (node < 0 || node >= scores.rows()) throw ShapeError(fmt::format("metrics: node {} of {}", node, scores.rows()));
  const std::int32_t label = labels[static_cast<std::size_t>(node)];
  if (label < 0 || label >= classes) {
    throw ShapeError(fmt::format("metrics: node {}: class {} is outside 0 .. {}", node, label, classes - 1));
  }
  const auto row = scores.row(node);
  const auto best =
      static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());  // the first of equals
  const auto truth = static_cast<std::size_t>(label);
  ++tally.labeled[truth];
  ++tally.predicted[best];
  if (best == truth) ++tally.hits[truth];
  tally.cross_entropy += log_sum_exp(row, static_cast<double>(row[best])) - static_cast<double>(row[truth]);
}

/// Scores [N, 2] of nodes whose labels are known to be 0 or 1.
double two_class_auc(const Tensor& scores, std::span<const std::int32_t> labels, std::span<const NodeId> nodes) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<Real> positives;
  std::vector<Real> negatives;
  for (const NodeId node : nodes) {
    const Real score = scores.at(node, 1) - scores.at(node, 0);
    if (!std::isfinite(score)) return none;
    (labels[static_cast<std::size_t>(node)] == 1 ? positives : negatives).push_back(score);
  }
  return positives.empty() || negatives.empty() ? none : ranking_metrics(positives, negatives).roc_auc;
}

}  // namespace

ClassificationMetrics classification_metrics(const Tensor& scores, std::span<const std::int32_t> labels,
                                             std::span<const NodeId> nodes) {
  if (scores.rows() != static_cast<Index>(labels.size())) {
    throw ShapeError(fmt::format("metrics: scores of {} nodes, {} labels", scores.rows(), labels.size()));
  }
  if (nodes.empty()) return {};
  const auto classes = static_cast<std::size_t>(scores.columns());
  const Index count = static_cast<Index>(nodes.size());
  const Index block = block_rows(scores.columns());
  std::vector<Tally> tallies(static_cast<std::size_t>((count + block - 1) / block));
  parallel_blocks(count, block, [&](Index begin, Index end) {
    Tally& tally = tallies[static_cast<std::size_t>(begin / block)];
    tally.hits.assign(classes, 0);
    tally.labeled.assign(classes, 0);
    tally.predicted.assign(classes, 0);
    for (Index i = begin; i < end; ++i) judge(scores, labels, nodes[static_cast<std::size_t>(i)], tally);
  });

  ClassificationMetrics metrics;
  Index all_hits = 0;
  Index present = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    Index hits = 0;
    Index named = 0;  // as label or as prediction: 2 hits / named is the class's F1
    for (const Tally& tally : tallies) {
      hits += tally.hits[c];
      named += tally.labeled[c] + tally.predicted[c];
    }
    all_hits += hits;
    if (named == 0) continue;
    ++present;
    metrics.macro_f1 += 2.0 * static_cast<double>(hits) / static_cast<double>(named);
  }
  for (const Tally& tally : tallies) metrics.cross_entropy += tally.cross_entropy;
  metrics.macro_f1 /= static_cast<double>(present);
  metrics.accuracy = static_cast<double>(all_hits) / static_cast<double>(count);
  metrics.cross_entropy /= static_cast<double>(count);
  if (scores.columns() == 2) metrics.roc_auc = two_class_auc(scores, labels, nodes);
  return metrics;
}

MeanStd mean_std(std::span<const double> values) {
  MeanStd result;
  if (values.empty()) return result;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / count;
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.std = std::sqrt(squares / (count - 1));
  return result;
}

}  // namespace cairn
