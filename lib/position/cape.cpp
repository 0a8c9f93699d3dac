#include "position/cape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"

namespace cairn {

namespace {

std::size_t graph_of(const Coordinates& coordinates, Index node) {
  return coordinates.graph_of_node.empty()
             ? 0
             : static_cast<std::size_t>(coordinates.graph_of_node[static_cast<std::size_t>(node)]);
}

std::uint64_t key_of(std::span<const std::uint64_t> keys, Index graph) {
  return keys.empty() ? static_cast<std::uint64_t>(graph) : keys[static_cast<std::size_t>(graph)];
}

void require_shape(std::string_view name, const Tensor& draws, const Shape& expected) {
  if (draws.shape() != expected) {
    throw ShapeError(fmt::format("cape: {} of {} do not fit {}", name, to_string(draws.shape()), to_string(expected)));
  }
}

/// Local shifts of all nodes. A node draws by its rank within its graph, so that a graph gets the same in any union.
Tensor draw_local(Real most, const Coordinates& coordinates, const Rng& rng,
                  std::span<const std::uint64_t> graph_keys) {
  Tensor local(coordinates.values.shape());
  if (most == 0) return local;
  std::vector<Rng> streams;
  for (Index graph = 0; graph < graph_count(coordinates); ++graph) {
    streams.push_back(rng.split("cape local").split(key_of(graph_keys, graph)));
  }
  for (Index u = 0; u < coordinates.node_count(); ++u) {
    Rng& stream = streams[graph_of(coordinates, u)];
    for (Real& shift : local.row(u)) shift = stream.uniform(-most, most);
  }
  return local;
}

}  // namespace

void check_cape_options(const CapeOptions& options) {
  const auto expect = [](bool holds, std::string_view what, Real found) {
    if (!holds || !std::isfinite(found)) {
      throw UsageError(fmt::format("cape: expected {}, found {}", what, found));
    }
  };
  expect(options.global_shift >= 0, "a global shift of at least 0", options.global_shift);
  expect(options.local_shift >= 0, "a local shift of at least 0", options.local_shift);
  expect(options.spacing > 0, "a spacing above 0", options.spacing);
  expect(options.max_scale >= 1, "a largest scale of at least 1", options.max_scale);
}

Index graph_count(const Coordinates& coordinates) {
  const auto& graphs = coordinates.graph_of_node;
  return graphs.empty() ? 1 : static_cast<Index>(*std::max_element(graphs.begin(), graphs.end())) + 1;
}

CapeDraws draw_cape(const CapeOptions& options, const Coordinates& coordinates, const Rng& rng,
                    std::span<const std::uint64_t> graph_keys) {
  check_cape_options(options);
  const Index graphs = graph_count(coordinates);
  const Index axes = coordinates.axis_count();
  if (!graph_keys.empty() && static_cast<Index>(graph_keys.size()) != graphs) {
    throw ShapeError(fmt::format("cape: {} keys do not fit {} graphs", graph_keys.size(), graphs));
  }
  CapeDraws draws{.sign = Tensor(Shape{graphs, axes}, 1),
                  .shift = Tensor(Shape{graphs, axes}),
                  .local = draw_local(options.local_shift * options.spacing, coordinates, rng, graph_keys),
                  .scale = Tensor(Shape{graphs}, 1)};
  const Real log_scale = std::log(options.max_scale);
  for (Index graph = 0; graph < graphs; ++graph) {
    const std::uint64_t key = key_of(graph_keys, graph);
    Rng signs = rng.split("cape sign").split(key);
    Rng shifts = rng.split("cape shift").split(key);
    Rng scales = rng.split("cape scale").split(key);
    for (Index axis = 0; axis < axes; ++axis) {
      if (options.flip_signs && signs.uniform() < Real(0.5)) draws.sign.at(graph, axis) = -1;
      const bool drawn = axis == 0 || !options.shared_shift;
      draws.shift.at(graph, axis) =
          drawn ? shifts.uniform(-options.global_shift, options.global_shift) : draws.shift.at(graph, 0);
    }
    draws.scale.data()[graph] = std::exp(scales.uniform(-log_scale, log_scale));
  }
  return draws;
}

Coordinates cape(const Coordinates& coordinates, const CapeDraws& draws) {
  check_coordinates(coordinates);
  const Index graphs = graph_count(coordinates);
  const Index axes = coordinates.axis_count();
  require_shape("signs", draws.sign, Shape{graphs, axes});
  require_shape("shifts", draws.shift, Shape{graphs, axes});
  require_shape("local shifts", draws.local, Shape{coordinates.node_count(), axes});
  require_shape("scales", draws.scale, Shape{graphs});
  Coordinates moved = coordinates;
  moved.values = Tensor(coordinates.values.shape());
  parallel_blocks(coordinates.node_count(), block_rows(axes), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      const auto graph = static_cast<Index>(graph_of(coordinates, u));
      for (Index axis = 0; axis < axes; ++axis) {
        if (!coordinates.is_valid(u, axis)) continue;
        const Real place = draws.sign.at(graph, axis) * coordinates.values.at(u, axis);
        moved.values.at(u, axis) =
            (place + draws.shift.at(graph, axis) + draws.local.at(u, axis)) * draws.scale.data()[graph];
      }
    }
  });
  return moved;
}

Coordinates centered(const Coordinates& coordinates) {
  check_coordinates(coordinates);
  const auto axes = static_cast<std::size_t>(coordinates.axis_count());
  const auto places = static_cast<std::size_t>(graph_count(coordinates)) * axes;
  std::vector<double> sums(places);
  std::vector<double> counts(places);
  const auto each_known = [&](const auto& work) {
    for (Index u = 0; u < coordinates.node_count(); ++u) {
      for (std::size_t axis = 0; axis < axes; ++axis) {
        if (coordinates.is_valid(u, static_cast<Index>(axis))) {
          work(u, static_cast<Index>(axis), graph_of(coordinates, u) * axes + axis);
        }
      }
    }
  };
  each_known([&](Index u, Index axis, std::size_t place) {
    sums[place] += static_cast<double>(coordinates.values.at(u, axis));
    counts[place] += 1;
  });
  Coordinates moved = coordinates;
  moved.values = Tensor(coordinates.values.shape());
  each_known([&](Index u, Index axis, std::size_t place) {
    moved.values.at(u, axis) =
        static_cast<Real>(static_cast<double>(coordinates.values.at(u, axis)) - sums[place] / counts[place]);
  });
  return moved;
}

Coordinates cape_in_training(const Coordinates& coordinates, const CapeOptions& options, const Rng& rng,
                             std::span<const std::uint64_t> graph_keys) {
  return cape(cape_in_evaluation(coordinates, options), draw_cape(options, coordinates, rng, graph_keys));
}

Coordinates cape_in_evaluation(const Coordinates& coordinates, const CapeOptions& options) {
  check_cape_options(options);
  return options.center ? centered(coordinates) : coordinates;
}

}  // namespace cairn
