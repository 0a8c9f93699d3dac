#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/models.h"
#include "models/prepare.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// All that predictions need: the configuration, how features are made, the names of the classes, the weights.
struct SavedModel {
  TrainConfig config;
  FeaturePlan plan;
  std::vector<std::string> class_names;
  bool directed = false;  // of the graph it was trained on
  std::unique_ptr<Model> model;
};

/// Weights of a model as arrays "model.<parameter>".
void save_weights(const Model& model, NamedTensors& to);

/// Everything but the weights.
void save_description(const SavedModel& saved, NamedTensors& to);

/// Throws Error naming what is missing, of the wrong shape, or of a version that this program does not know.
SavedModel load_model(const NamedTensors& from);

/// The configuration that a model file was trained with.
TrainConfig load_config(const NamedTensors& from);

}  // namespace cairn
