#pragma once

#include <optional>
#include <vector>

#include "models/model_input.h"
#include "nn/module.h"

namespace cairn {

/// From a graph with features to a row for each node.
class Model : public Module {
 public:
  /// Returns [N, out_width()], or of a batch [input.row_count(), out_width()]. In a plain node classifier these are the
  /// scores of the classes, before softmax.
  virtual Variable embed(const ModelInput& input, const Pass& pass) const = 0;
  virtual Index out_width() const = 0;
  /// The forms of arcs that its layers read, from the features on: what a batch needs a block of each. Nothing: it
  /// reads more of the graph than that, and cannot be given a batch.
  virtual std::optional<std::vector<Normalization>> block_forms() const { return std::nullopt; }
};

/// Number of trained values.
Index parameter_count(const Module& module);

}  // namespace cairn
