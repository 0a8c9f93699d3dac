#pragma once

#include <optional>
#include <vector>

#include "models/model_input.h"
#include "nn/module.h"

namespace cairn {

/// What a model must be given of the graph to embed a batch of nodes (NodeBatches).
struct BatchForm {
  /// Forms of arcs that its layers read, from the features on: it needs a block of each.
  std::vector<Normalization> blocks = {};
  bool paths = false;                 // it needs the nodes' paths from the anchors
  std::vector<BatchForm> parts = {};  // of several models: each needs an input of its own (ModelInput::part)
};

/// From a graph with features to a row for each node.
class Model : public Module {
 public:
  /// Returns [N, out_width()], or of a batch [input.row_count(), out_width()]. In a plain node classifier these are the
  /// scores of the classes, before softmax.
  virtual Variable embed(const ModelInput& input, const Pass& pass) const = 0;
  virtual Index out_width() const = 0;
  /// Nothing: it reads more of the graph than a batch can hold.
  virtual std::optional<BatchForm> batch_form() const { return std::nullopt; }
};

/// Number of trained values.
Index parameter_count(const Module& module);

}  // namespace cairn
