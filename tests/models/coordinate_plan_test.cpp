#include "models/coordinate_plan.h"

#include <vector>

#include "core/error.h"
#include "graph/generate.h"
#include "models/defaults.h"
#include "position/distances.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

TrainConfig config_with(const std::string& coordinates) {
  TrainConfig config = default_config("gaussian");
  config.coordinates = coordinates;
  return config;
}

Dataset dataset_of(Graph graph) {
  Dataset dataset;
  dataset.name = "test";
  dataset.ids = IdMap::range(graph.node_count());
  dataset.graph = std::move(graph);
  return dataset;
}

}  // namespace

TEST_CASE("coordinate plan: distances are the hops from the anchors, inverse and unit are made of them",
          "[models][coordinates]") {
  const Dataset dataset = dataset_of(path_graph(5));
  const PositionInput position(dataset.graph, {}, given_anchors(dataset.graph, {}, std::vector<NodeId>{0, 3}));
  const auto of = [&](const std::string& kind) {
    return make_coordinates(config_with(kind), dataset, &position).values;
  };
  CHECK(support::same_bits(of("distances"), Tensor({5, 2}, {0, 3, 1, 2, 2, 1, 3, 0, 4, 1})));
  CHECK(support::max_difference(of("inverse"), Tensor({5, 2}, {1, Real(0.25), Real(0.5), Real(1) / 3, Real(1) / 3,
                                                               Real(0.5), Real(0.25), 1, Real(0.2), Real(0.5)})) <
        1e-6);
  CHECK(support::max_difference(of("unit"), Tensor({5, 2}, {0, Real(0.75), Real(0.25), Real(0.5), Real(0.5), Real(0.25),
                                                            Real(0.75), 0, 1, Real(0.25)})) < 1e-6);
  CHECK_THROWS_AS(make_coordinates(config_with("distances"), dataset, nullptr), ShapeError);
  CHECK_THROWS_WITH(make_coordinates(config_with("lengths"), dataset, &position), Catch::Contains("spectral"));
}

TEST_CASE("coordinate plan: both ways of a directed path stand side by side", "[models][coordinates]") {
  const std::vector<Edge> edges{{0, 1}, {1, 2}};
  const Dataset dataset = dataset_of(Graph::from_edges(3, edges, {.directed = true}));
  const PositionInput position(dataset.graph, {}, given_anchors(dataset.graph, {}, std::vector<NodeId>{1}));
  TrainConfig config = config_with("distances");
  config.path_direction = "both";
  const Coordinates both = make_coordinates(config, dataset, &position);
  CHECK(both.axis_count() == 2);
  CHECK_FALSE(both.is_valid(0, 0));  // no path from 1 to 0
  CHECK(both.is_valid(0, 1));
  CHECK(both.values.at(0, 1) == 1);
  CHECK(both.values.at(2, 0) == 1);
  CHECK_FALSE(both.is_valid(2, 1));
}

TEST_CASE("coordinate plan: what is given must be there and fit the nodes", "[models][coordinates]") {
  const Dataset dataset = dataset_of(path_graph(4));
  const TrainConfig config = config_with("given");
  CHECK_THROWS_WITH(make_coordinates(config, dataset, nullptr), Catch::Contains("expected the name of a file"));
  CHECK_THROWS_AS(make_coordinates(config, dataset, nullptr, Coordinates{Tensor({3, 2}), {}, {}}), ShapeError);
  const Tensor values({4, 1}, {3, 1, 4, 1});
  CHECK(support::same_bits(make_coordinates(config, dataset, nullptr, Coordinates{values, {}, {}}).values, values));
}

TEST_CASE("coordinate plan: a weight that eigenvectors and walks cannot use is told in the user's ids",
          "[models][coordinates]") {
  const std::vector<Edge> edges{{0, 1, 1}, {1, 2, -2}};
  const Dataset dataset = dataset_of(Graph::from_edges(3, edges, {.weighted = true}));
  for (const char* kind : {"spectral", "walk"}) {
    CHECK_THROWS_WITH(make_coordinates(config_with(kind), dataset, nullptr),
                      Catch::Contains("-2 from '1' to '2'") && Catch::Contains(kind));
  }
  CHECK_NOTHROW(make_coordinates(config_with("degree"), dataset, nullptr));
}

TEST_CASE("coordinate plan: only what is measured from anchors asks for them", "[models][coordinates]") {
  for (const std::string_view kind : coordinate_kinds()) {
    const bool expected = kind == "distances" || kind == "inverse" || kind == "unit";
    INFO(kind);
    CHECK(measured_from_anchors(kind) == expected);
    CHECK(looks_from_anchors(config_with(std::string(kind))) == expected);
  }
  TrainConfig config = default_config("gcn+gir+lff");
  config.coordinates = "walk";
  CHECK(looks_from_anchors(config));
  CHECK_FALSE(looks_from_anchors(default_config("gcn")));
}

TEST_CASE("coordinate plan: a width of 0 comes from the data, and any other is taken", "[models][coordinates]") {
  const Coordinates line{Tensor({5, 1}, {0, 1, 2, 3, 4}), {}, {}};
  TrainConfig config = config_with("given");
  const auto alike = [&](double width) {
    config.encoding_width = width;
    const Tensor rows = fit_encoding("gaussian", config, line, 1)->encode(line);
    double dot = 0;
    double square = 0;
    for (Index d = 0; d < rows.columns(); ++d) {
      dot += static_cast<double>(rows.at(1, d)) * static_cast<double>(rows.at(2, d));
      square += static_cast<double>(rows.at(2, d)) * static_cast<double>(rows.at(2, d));
    }
    return dot / square;
  };
  CHECK(alike(0) == Approx(alike(0.5)).epsilon(0.02));  // an eighth of the range of 4
  CHECK(alike(2) > alike(0.5) + 0.1);
}

TEST_CASE("coordinate plan: CAPE outside of its ranges is refused", "[models][coordinates]") {
  TrainConfig config = config_with("distances");
  config.cape_shift = 2;
  config.cape_local = 0.5;
  config.cape_scale = 1.5;
  config.cape_center = true;
  const CapeOptions options = cape_options(config);
  CHECK(options.global_shift == Real(2));
  CHECK(options.local_shift == Real(0.5));
  CHECK(options.max_scale == Real(1.5));
  CHECK(options.center);
  config.cape_scale = 0.5;
  CHECK_THROWS_AS(cape_options(config), UsageError);
  CHECK_THROWS_WITH(check_config(config), Catch::Contains("--cape-scale"));
}
