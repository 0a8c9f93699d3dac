#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/models.h"
#include "models/prepare.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// All that predictions need: the configuration, how features are made, the names of the classes, the weights.
/// Anchors are kept beside it (load_anchors).
struct SavedModel {
  TrainConfig config;
  FeaturePlan plan;
  std::vector<std::string> class_names;                                           // empty where no classes were learned
  bool directed = false;                                                          // of the graph it was trained on
  Index nodes = 0;                                                                // likewise
  Index slots = 0;                                                                // columns of anchors; 0: none
  Index out = 0;                                                                  // columns that the task asked for
  Index axes = 0;                                                                 // of the coordinates; 0: none
  std::map<std::string, std::shared_ptr<const Encoding>, std::less<>> encodings;  // as they were fitted
  Index attention_biases = 0;                                                     // of the operator; 0: none
  std::unique_ptr<Model> model;
};

/// Everything but the weights, which are arrays "model.<parameter>", and anchors.
void save_description(const SavedModel& saved, NamedTensors& to);

/// Throws Error naming what is missing, of the wrong shape, or of a version that this program does not know.
SavedModel load_model(const NamedTensors& from);

/// What the model sees of a dataset: features as its plan says; the anchors it was trained with, or where its read-out
/// does not ask which anchors they are and the dataset is another, anchors selected anew in the same way. So are they
/// for encodings alone that were trained on whole graphs (--split-graphs). given: as Training takes it. Throws
/// InputError naming the first of its features, one-hot nodes or anchors that the dataset does not have, and for
/// another number of nodes where the model has a vector for each; Error naming what the file lacks.
ModelInput input_for(const SavedModel& saved, const NamedTensors& from, const Dataset& dataset,
                     const std::optional<Coordinates>& given = std::nullopt);

/// The configuration that a model file was trained with.
TrainConfig load_config(const NamedTensors& from);

}  // namespace cairn
