#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/models.h"
#include "models/prepare.h"
#include "models/problem.h"
#include "models/search/model_space.h"
#include "nn/position_input.h"

namespace cairn {

/// Fields of configurations that a user has set, over the defaults of whatever model: name and text.
using ConfigSettings = std::vector<std::pair<std::string, std::string>>;
/// Throws UsageError as set_field and check_config.
TrainConfig with_settings(TrainConfig config, const ConfigSettings& settings);

/// What one option of the decision "position" reads: an input with its coordinates, or with anchors and their paths.
struct PositionChoice {
  TrainConfig config;  // of its parts, settled
  ModelInput input;
  ModelExtents extents;  // columns of the features, anchors, axes; encodings fitted to the coordinates
};

/// What the architectures of a space share: features, splits, anchors, coordinates, paths, each worked out once.
struct ModelSearchInput {
  TrainConfig config;  // of layers alone
  Problem problem;
  FeaturePlan features;
  ModelInput base;  // with attention, where a layer of the space attends
  std::map<std::string, PositionChoice> positions;
};

/// For a task and a seed, as a training with that seed would have them. Throws as Training.
ModelSearchInput prepare_model_search(const Dataset& dataset, const ModelSpace& space, std::string_view task,
                                      const ConfigSettings& settings, std::uint64_t seed,
                                      const PathSource& source = shortest_path_items);

}  // namespace cairn
