#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/negative_pairs.h"
#include "data/pairs.h"
#include "kernels/pairs.h"
#include "models/tasks/task.h"

namespace cairn {

/// How the rows z_u and z_v of a pair become one score.
enum class PairScore : std::uint8_t {
  dot,      // gamma <z_u, z_v> + delta
  distance  // delta - gamma |z_u - z_v|_1 / D
};

struct PairTaskOptions {
  PairScore score = PairScore::distance;
  Index width = 32;               // columns that out_width() asks for; embeddings of any number D are scored
  bool redraw_negatives = false;  // links alone: new training negatives at every step
  std::uint64_t key = 0;          // of those draws
};

/// Tells pairs of nodes apart: links from other pairs, or nodes of equal labels from others. Binary cross entropy over
/// the training positives and negatives. gamma and delta are parameters of the task ("gamma", "delta"), without weight
/// decay. At first gamma = 1, delta = 0 for dot (P-GNN's score), gamma = 4 and delta = 4 for distance: rows that
/// differ by 1 in each column have the score 0.
class PairClassification : public Task {
 public:
  /// what: "link" or "pair", the task's name in messages. graph_of_node: [node_count] or empty for one graph.
  /// Throws ShapeError for pairs that are not two nodes of one graph or not in the order of a PairSet; UsageError where
  /// training has no positives or no negatives, for a width below 1, and for redraw_negatives with another task than
  /// "link": only for links does a negative mean any pair that is no training positive.
  PairClassification(std::string what, Index node_count, std::vector<std::int32_t> graph_of_node, PairSplit split,
                     const PairTaskOptions& options);

  Index out_width() const override { return options_.width; }
  /// In training with redraw_negatives, the negatives are a function of the pass and the key; else those of the split.
  Variable part_loss(const Variable& embedding, Part part, const Pass& pass) const override;
  /// "roc_auc", "average_precision" and "hits@20" are means over the graphs that have positives and negatives in the
  /// part (a graph with fewer than 20 negatives has hits@20 of 1); "cross_entropy" and "accuracy" (positives score
  /// above 0, negatives do not) are over all pairs of the part. All zero where has(part) is false. Throws NumericError
  /// for a score that is not a number.
  Metrics evaluate(const Tensor& embedding, Part part) const override;
  /// Whether some graph has both positives and negatives in the part.
  bool has(Part part) const override;
  /// The highest ROC AUC, and among those the lowest cross entropy.
  EpochQuality quality(const Metrics& validation) const override;
  void visit(const ParameterVisitor& visitor) const override;

  /// Scores before the sigmoid, [pairs], as loss and evaluate see them. embedding: [N, D].
  Tensor scores(const Tensor& embedding, std::span<const NodePair> pairs) const;

 private:
  /// Pairs of one graph in a part.
  struct GraphPairs {
    Index positive_begin = 0;
    Index positive_end = 0;
    Index negative_begin = 0;
    Index negative_end = 0;
  };
  /// What is fixed of a part: its positives, then its negatives.
  struct Judged {
    std::shared_ptr<const PairList> pairs;
    Index positive_count = 0;
    std::vector<GraphPairs> graphs;  // those with both positives and negatives
  };

  Judged judged_pairs(const PairSet& set, std::string_view part) const;
  const Judged& of(Part part) const { return judged_[static_cast<std::size_t>(part)]; }
  /// [P, 1].
  Variable score_column(const Variable& embedding, std::shared_ptr<const PairList> pairs) const;

  std::string what_;
  Index node_count_;
  std::vector<std::int32_t> graph_of_node_;
  PairSplit split_;
  PairTaskOptions options_;
  std::array<Judged, 3> judged_;              // by Part
  std::optional<NegativeSampler> negatives_;  // of training, where they are redrawn
  Variable gamma_;                            // [1]
  Variable delta_;                            // [1]
};

}  // namespace cairn
