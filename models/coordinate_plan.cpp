#include "models/coordinate_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "models/defaults.h"
#include "models/position_plan.h"
#include "position/anchor_coordinates.h"
#include "position/diagnostics.h"
#include "position/random_walk.h"
#include "position/spectral.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 7> kinds{"distances", "inverse", "unit", "spectral", "walk", "degree", "given"};

/// The axes of both, a's first, of the same nodes.
Coordinates side_by_side(const Coordinates& a, const Coordinates& b) {
  const Index nodes = a.node_count();
  const Index axes = a.axis_count() + b.axis_count();
  Coordinates joined{Tensor(Shape{nodes, axes}), std::vector<std::uint8_t>(static_cast<std::size_t>(nodes * axes)),
                     a.graph_of_node};
  for (Index node = 0; node < nodes; ++node) {
    for (Index axis = 0; axis < axes; ++axis) {
      const Coordinates& from = axis < a.axis_count() ? a : b;
      const Index own = axis < a.axis_count() ? axis : axis - a.axis_count();
      joined.values.at(node, axis) = from.values.at(node, own);
      joined.valid[static_cast<std::size_t>(node * axes + axis)] = from.is_valid(node, own) ? 1 : 0;
    }
  }
  return joined;
}

Coordinates distances_from(const PositionInput* position, const TrainConfig& config) {
  if (position == nullptr) throw ShapeError("coordinates: distances are asked for, but no anchors given");
  const std::string_view scale = config.coordinates == "distances" ? "raw" : std::string_view(config.coordinates);
  const auto along = [&](PathDirection direction) {
    return anchor_coordinates(position->graph(), position->graph_of_node(), position->anchors(),
                              {.scale = distance_scale(scale),
                               .weighted = config.weighted_paths,
                               .direction = direction,
                               .max_hops = config.max_hops});
  };
  if (config.path_direction == "from") return along(PathDirection::from_anchor);
  if (config.path_direction == "towards") return along(PathDirection::towards_anchor);
  return side_by_side(along(PathDirection::from_anchor), along(PathDirection::towards_anchor));
}

/// How many places along an axis are told apart where hops say nothing of it: a deviation of an eighth of the range is
/// a stable rank of 8 / (2 sqrt(pi)).
constexpr double places_of_an_axis = 2.2567583341910251;

}  // namespace

std::span<const std::string_view> coordinate_kinds() { return kinds; }

bool measured_from_anchors(std::string_view coordinates) {
  const auto found = std::find(kinds.begin(), kinds.end(), coordinates);
  if (found == kinds.end()) throw_unknown_name("coordinates", coordinates, kinds);
  return found - kinds.begin() < 3;
}

bool looks_from_anchors(const TrainConfig& config) {
  return needs_anchors(config.model) || (reads_coordinates(config.model) && measured_from_anchors(config.coordinates));
}

Coordinates make_coordinates(const TrainConfig& config, const Dataset& dataset, const PositionInput* position,
                             const std::optional<Coordinates>& given) {
  if (measured_from_anchors(config.coordinates)) return distances_from(position, config);
  if (config.coordinates == "spectral" || config.coordinates == "walk") {
    check_weights(dataset, "--coordinates " + config.coordinates);
  }
  if (config.coordinates == "spectral") {
    return spectral_coordinates(dataset.graph, dataset.graph_of_node,
                                {.count = config.coordinate_count, .scale = SpectralScale::root_mean_square});
  }
  if (config.coordinates == "walk") {
    return return_probabilities(dataset.graph, dataset.graph_of_node, {.steps = config.coordinate_count});
  }
  if (config.coordinates == "degree") return degree_coordinates(dataset.graph, dataset.graph_of_node, DegreeScale::log);
  if (!given) throw UsageError("--coordinates: the model reads given ones: expected the name of a file");
  if (given->node_count() != dataset.node_count()) {
    throw ShapeError(fmt::format("coordinates of {} nodes, {} nodes in {}", given->node_count(), dataset.node_count(),
                                 dataset.name));
  }
  Coordinates coordinates = *given;
  coordinates.graph_of_node = dataset.graph_of_node;
  check_coordinates(coordinates);
  return coordinates;
}

CapeOptions cape_options(const TrainConfig& config) {
  const CapeOptions options{.global_shift = static_cast<Real>(config.cape_shift),
                            .local_shift = static_cast<Real>(config.cape_local),
                            .max_scale = static_cast<Real>(config.cape_scale),
                            .center = config.cape_center,
                            .flip_signs = config.cape_flip_signs};
  check_cape_options(options);
  return options;
}

double width_from_data(const TrainConfig& config, const Coordinates& coordinates) {
  const bool in_hops = config.coordinates == "distances";
  const double width = in_hops ? suggested_width(coordinates) : suggested_width(coordinates, places_of_an_axis, 0);
  return width > 0 ? width : 1;
}

EncodingOptions encoding_options(std::string_view name, const TrainConfig& config) {
  EncodingOptions options;
  options.name = name;
  options.mode = config.encoding_mode == "product" ? EncodingMode::product : EncodingMode::simple;
  options.width = config.encoding_width;
  options.count = config.encoding_count;
  options.landmarks = config.encoding_landmarks;
  return options;
}

std::shared_ptr<const Encoding> fit_encoding(std::string_view name, const TrainConfig& config,
                                             const Coordinates& coordinates, std::uint64_t seed) {
  EncodingOptions options = encoding_options(name, config);
  if (!(options.width > 0)) options.width = width_from_data(config, coordinates);
  options.seed = seed;
  return make_encoding(options, coordinates);
}

}  // namespace cairn
