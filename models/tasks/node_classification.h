#pragma once

#include <cstdint>
#include <vector>

#include "models/tasks/task.h"

namespace cairn {

/// Classes of nodes: cross entropy over the training nodes; accuracy, macro-F1 and cross entropy of a part, and
/// "roc_auc" where there are two classes and the part holds both. The best epoch has the highest validation accuracy,
/// and among those the lowest cross entropy.
class NodeClassification : public Task {
 public:
  /// labels: [N], class or -1. Throws ShapeError for a node of the split without a class below class_count, UsageError
  /// where no node trains.
  NodeClassification(std::vector<std::int32_t> labels, Index class_count, Split split);

  Index out_width() const override { return class_count_; }
  Variable part_loss(const Variable& scores, Part part, const Pass& pass) const override;
  std::span<const NodeId> nodes(Part part) const override { return split_.of(part); }
  Variable batch_loss(const Variable& scores, std::span<const NodeId> nodes, const Pass& pass) const override;
  Metrics evaluate(const Tensor& scores, Part part) const override;
  bool has(Part part) const override { return !split_.of(part).empty(); }
  EpochQuality quality(const Metrics& validation) const override;

 private:
  std::vector<std::int32_t> labels_;
  Index class_count_;
  Split split_;
};

}  // namespace cairn
