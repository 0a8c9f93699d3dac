#pragma once

#include <string>

#include "data/dataset.h"
#include "models/config.h"
#include "models/model_input.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// How the features of a run are made, settled once from the training dataset, then applied to any other: it travels
/// with the model.
struct FeaturePlan {
  std::string features;  // given, onehot, constant, degree, random
  std::string norm;      // l1, standardize, none
  Index width = 0;       // columns F
  std::uint64_t random_key = 0;
  IdMap ids;                 // onehot: the nodes that have a column
  Tensor mean;               // standardize: [F]
  Tensor inverse_deviation;  // standardize: [F]; 0 for a constant column

  /// Whether nodes that training never saw can be served.
  bool inductive() const { return features != "onehot"; }
};

/// Resolves "auto": the dataset's features, or where there are none one-hot ids (degrees for models that are positions
/// alone); rows of non-negative sparse features sum to one where classes of nodes are learned, columns of dense ones
/// get mean 0 and deviation 1. Dense features of which at most a quarter are not zero count as sparse. Throws
/// UsageError for unknown names, and for "given" where the dataset has none.
FeaturePlan plan_features(const Dataset& dataset, const TrainConfig& config);

/// The input of a model. Throws InputError naming the dataset where it has no features of the plan's width, or holds a
/// node that a one-hot plan has no column for.
ModelInput prepare_input(const Dataset& dataset, const FeaturePlan& plan);

void save_plan(const FeaturePlan& plan, NamedTensors& to);
FeaturePlan load_plan(const NamedTensors& from);

}  // namespace cairn
