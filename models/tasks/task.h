#pragma once

#include <map>
#include <span>
#include <string>

#include "autodiff/pass.h"
#include "data/split.h"
#include "nn/module.h"

namespace cairn {

/// Figures by name ("accuracy", "macro_f1", "cross_entropy").
using Metrics = std::map<std::string, double>;

/// How good an epoch is: the higher score wins, then the higher tie-break.
struct EpochQuality {
  double score = 0;
  double tie_break = 0;
};

/// What a model's rows are for: a loss to train with and figures to be judged by. May have parameters of its own.
class Task : public Module {
 public:
  /// Columns that the task expects of a plain model.
  virtual Index out_width() const = 0;
  /// embedding: [N, out_width()]. Returns one value, over the training part.
  Variable loss(const Variable& embedding, const Pass& pass) const { return part_loss(embedding, Part::train, pass); }
  /// The same over any part that has() something; only training redraws what it learns from.
  virtual Variable part_loss(const Variable& embedding, Part part, const Pass& pass) const = 0;
  /// Nodes of a part that each have a loss of their own, of which the part's is the mean: they can be learned from in
  /// batches, and no other rows are judged. None: the loss is of something else.
  virtual std::span<const NodeId> nodes(Part) const { return {}; }
  /// The mean loss of some of these nodes. rows: [nodes.size(), out_width()], in their order. Throws ShapeError where
  /// there are none to learn from.
  virtual Variable batch_loss(const Variable& rows, std::span<const NodeId> nodes, const Pass& pass) const;
  virtual Metrics evaluate(const Tensor& embedding, Part part) const = 0;
  /// Whether the part has anything to judge.
  virtual bool has(Part part) const = 0;
  virtual EpochQuality quality(const Metrics& validation) const = 0;
  void visit(const ParameterVisitor&) const override {}
};

}  // namespace cairn
