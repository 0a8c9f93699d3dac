#include "models/tasks/node_classification.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <utility>

#include "autodiff/ops_loss.h"
#include "data/metrics.h"

namespace cairn {

NodeClassification::NodeClassification(std::vector<std::int32_t> labels, Index class_count, Split split)
    : labels_(std::move(labels)), class_count_(class_count), split_(std::move(split)) {
  if (split_.train.empty()) throw UsageError("node classification: the split leaves no node to train with");
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    for (const NodeId node : split_.of(part)) {
      const bool known = node >= 0 && node < static_cast<NodeId>(labels_.size());
      const std::int32_t label = known ? labels_[static_cast<std::size_t>(node)] : -1;
      if (label < 0 || label >= class_count_) {
        throw ShapeError(
            fmt::format("node classification: node {} of the {} part has no class", node, to_string(part)));
      }
    }
  }
}

Variable NodeClassification::part_loss(const Variable& scores, Part part, const Pass&) const {
  return cross_entropy(scores, labels_, split_.of(part));
}

Variable NodeClassification::batch_loss(const Variable& scores, std::span<const NodeId> nodes, const Pass&) const {
  std::vector<std::int32_t> labels;
  std::vector<NodeId> rows(nodes.size());
  std::iota(rows.begin(), rows.end(), NodeId{0});
  for (const NodeId node : nodes) labels.push_back(labels_.at(static_cast<std::size_t>(node)));
  return cross_entropy(scores, labels, rows);
}

Metrics NodeClassification::evaluate(const Tensor& scores, Part part) const {
  const ClassificationMetrics metrics = classification_metrics(scores, labels_, split_.of(part));
  Metrics figures{
      {"accuracy", metrics.accuracy}, {"macro_f1", metrics.macro_f1}, {"cross_entropy", metrics.cross_entropy}};
  if (!std::isnan(metrics.roc_auc)) figures["roc_auc"] = metrics.roc_auc;
  return figures;
}

EpochQuality NodeClassification::quality(const Metrics& validation) const {
  return {.score = validation.at("accuracy"), .tie_break = -validation.at("cross_entropy")};
}

}  // namespace cairn
