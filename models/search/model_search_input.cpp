#include "models/search/model_search_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/position_plan.h"
#include "models/run_input.h"

namespace cairn {

namespace {

bool has_attention(const ModelSpace& space) {
  return std::any_of(space.layers.begin(), space.layers.end(), [](const std::vector<std::string>& options) {
    return std::find(options.begin(), options.end(), "kernel-attention") != options.end();
  });
}

/// Shifts or frequencies an axis where the user has not said how many: all encodings of all sources are worked out at
/// every step that moves coordinates, and from the data rff alone would take most of a search.
constexpr Index shared_encoding_count = 8;

/// Paths from anchors, or all encodings of the space over coordinates of one kind.
PositionChoice choice_of(const std::string& position, const ModelSearchInput& input, const Dataset& dataset,
                         const ModelSpace& space, const ConfigSettings& settings, const PathSource& source) {
  const Dataset& data = input.problem.data(dataset);
  const std::uint64_t seed = input.config.seed;
  const bool paths = position == "gir";
  // As the part of a fusion, which has defaults of its own.
  const std::string part = paths ? "gir" : fmt::format("{}", fmt::join(space.encoding, "+"));
  TrainConfig config = with_settings(default_config("gcn+" + part, input.config.task), settings);
  config.model = part;
  config.seed = seed;
  if (!paths) {
    config.coordinates = position;
    if (config.encoding_count == 0) config.encoding_count = shared_encoding_count;
  }
  config = settled_config(std::move(config), dataset);

  PositionChoice choice{.config = config, .input = input.base, .extents = {}};
  choice.extents.in = input.features.width;
  choice.extents.nodes = data.node_count();
  choice.extents.features = input.features.features;
  if (looks_from_anchors(config)) {
    PositionPlan plan = plan_position(data, input.problem.anchors, config, seed);
    plan.source = source;
    choice.input = choice.input.with_position(prepare_position(plan, data, anchors_at(plan, data, 0)));
    choice.extents.slots = choice.input.position().slot_count();
    choice.extents.depth = depth_of_paths(config, choice.input.position());
  }
  if (paths) return choice;
  const PositionInput* from = choice.input.has_position() ? &choice.input.position() : nullptr;
  choice.input = choice.input.with_coordinates(make_coordinates(config, data, from));
  choice.extents =
      with_encodings(std::move(choice.extents), config, choice.input, Rng(seed).split("run").split("encodings").key());
  return choice;
}

}  // namespace

TrainConfig with_settings(TrainConfig config, const ConfigSettings& settings) {
  for (const auto& [name, text] : settings) set_field(config, name, text);
  check_config(config);
  return config;
}

ModelSearchInput prepare_model_search(const Dataset& dataset, const ModelSpace& space, std::string_view task,
                                      const ConfigSettings& settings, std::uint64_t seed, const PathSource& source) {
  search_space(space);  // a space that makes no sense fails before any work
  TrainConfig config = with_settings(default_config(has_attention(space) ? "kernel-attention" : "gcn", task), settings);
  config.seed = seed;
  config = settled_config(std::move(config), dataset);
  Problem problem = make_problem(dataset, config, seed, 0);
  const Dataset& data = problem.data(dataset);
  FeaturePlan features = plan_features(data, config);
  ModelInput input = prepare_run_input(data, features, config);
  ModelSearchInput prepared{std::move(config), std::move(problem), std::move(features), std::move(input), {}};
  for (const std::string& position : space.position) {
    if (position == "none") continue;
    prepared.positions.emplace(position, choice_of(position, prepared, dataset, space, settings, source));
  }
  return prepared;
}

}  // namespace cairn
