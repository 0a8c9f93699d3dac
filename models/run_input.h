#pragma once

#include <cstdint>

#include "models/config.h"
#include "models/models.h"
#include "models/prepare.h"

/// What a run makes of a dataset before its model is built, the same for trainings and searches.
namespace cairn {

/// The configuration with what the dataset decides settled: --read-out auto, --attention-operator auto.
/// Throws UsageError for unknown names and values that make no sense.
TrainConfig settled_config(TrainConfig config, const Dataset& dataset);

/// Features, and who hears whom where the model attends. Throws as prepare_input and prepare_attention.
ModelInput prepare_run_input(const Dataset& dataset, const FeaturePlan& plan, const TrainConfig& config);

/// The highest level of the paths that a model with states along paths is trained on, from a few anchors; 0 for other
/// models. Throws as sampled_depth.
Index depth_of_paths(const TrainConfig& config, const PositionInput& position);

/// The same extents, with the fitted encodings of the parts of a model that are encodings, and what else a model must
/// know of the input's coordinates. seed: of frequencies and landmarks. Throws as fit_encoding.
ModelExtents with_encodings(ModelExtents extents, const TrainConfig& config, const ModelInput& input,
                            std::uint64_t seed);

}  // namespace cairn
