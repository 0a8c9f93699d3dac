#include "models/run_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "models/attention_plan.h"
#include "models/batch_plan.h"
#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/layer_kinds.h"
#include "nn/path_layer.h"
#include "position/length_scale.h"

namespace cairn {

TrainConfig settled_config(TrainConfig config, const Dataset& dataset) {
  default_config(config.model, config.task);  // an unknown name fails here
  check_config(config);
  check_batches(config);
  const std::vector<std::string_view> parts = model_parts(config.model);
  if (std::find(parts.begin(), parts.end(), "stack") != parts.end()) {
    config.layers = static_cast<Index>(layer_kinds(config).size());
    if (config.layers == 0) throw UsageError("--layer-kinds: expected the layers of a stack, found none");
  } else if (!config.layer_kinds.empty()) {
    throw UsageError(fmt::format("--layer-kinds: is for --model stack, alone or fused, found {}", config.model));
  }
  if (config.read_out == "auto") {
    // A slot stands for other anchors in every graph: what is read must not depend on which.
    const bool several = dataset.graph_count() > 1;
    config.read_out = !several ? "linear" : is_node_task(config.task) ? "structure" : "scalar";
  }
  if (attends(config)) config.attention_operator = settled_operator(config, dataset);
  return config;
}

ModelInput prepare_run_input(const Dataset& dataset, const FeaturePlan& plan, const TrainConfig& config) {
  ModelInput input = prepare_input(dataset, plan);
  if (const auto batches = path_batches(config)) input = input.with_path_batches(*batches);
  return attends(config) ? input.with_attention(prepare_attention(config, dataset, input)) : input;
}

Index depth_of_paths(const TrainConfig& config, const PositionInput& position) {
  const std::vector<std::string_view> parts = model_parts(config.model);
  Index depth = 0;
  if (std::find(parts.begin(), parts.end(), "gir") == parts.end() || !path_form(config.paths)) return depth;
  for (const PathDirection direction : position.directions()) {
    depth = std::max(
        depth, sampled_depth(position.graph(), position.anchors(),
                             {.max_hops = config.max_hops, .direction = direction, .weighted = config.weighted_paths}));
  }
  return depth;
}

ModelExtents with_encodings(ModelExtents extents, const TrainConfig& config, const ModelInput& input,
                            std::uint64_t seed) {
  if (!input.has_coordinates()) return extents;
  const Coordinates read = cape_in_evaluation(*input.coordinates(), cape_options(config));
  extents.axes = read.axis_count();
  for (const std::string_view part : model_parts(config.model)) {
    if (part == "lff") {
      extents.length_scale = config.fourier_gamma > 0
                                 ? config.fourier_gamma
                                 : default_length_scale(read, input.graph(), config.fourier_groups);
    } else if (reads_coordinates(part)) {
      extents.encodings.emplace(part, fit_encoding(part, config, read, seed));
    }
  }
  return extents;
}

}  // namespace cairn
