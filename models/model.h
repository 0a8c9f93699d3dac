#pragma once

#include "models/model_input.h"
#include "nn/module.h"

namespace cairn {

/// From a graph with features to a row for each node.
class Model : public Module {
 public:
  /// Returns [N, out_width()]. In a plain node classifier these are the scores of the classes, before softmax.
  virtual Variable embed(const ModelInput& input, const Pass& pass) const = 0;
  virtual Index out_width() const = 0;
};

/// Number of trained values.
Index parameter_count(const Module& module);

}  // namespace cairn
