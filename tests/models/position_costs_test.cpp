#include "models/position_costs.h"

#include "data/synthetic.h"
#include "models/defaults.h"
#include "support/catch.h"

using namespace cairn;

namespace {
TrainConfig with_anchors(std::string_view model, Index count) {
  TrainConfig config = default_config(model);
  config.anchors = count;
  return config;
}
}  // namespace

TEST_CASE("position costs: on a grid from every node, items and arcs are those of all shortest paths",
          "[models][position_costs]") {
  const Dataset dataset = make_synthetic("grid:6x7", 1);
  const PositionCosts costs = position_costs(dataset, with_anchors("gir", 4));
  CHECK(costs.anchors == 4);
  CHECK(costs.items == 4 * 42);
  CHECK(costs.dag_arcs == 4 * dataset.graph.edge_count());  // no edge of a grid joins nodes at one distance
  CHECK(costs.list_bytes > 0);
  CHECK(costs.listing_bytes > costs.list_bytes);
}

TEST_CASE("position costs: hops take no lists, distances along weights keep none, and layers over features have none",
          "[models][position_costs]") {
  const Dataset dataset = make_synthetic("grid:6x7", 1);
  for (const char* model : {"pgnn", "gir-dist"}) {
    TrainConfig config = with_anchors(model, 4);
    const PositionCosts hops = position_costs(dataset, config);
    CHECK(hops.anchors == 4);
    CHECK(hops.listing_bytes == 0);
    config.weighted_paths = true;
    const PositionCosts weighted = position_costs(dataset, config);
    CHECK(weighted.anchors == 4);
    CHECK(weighted.list_bytes == 0);
    CHECK(weighted.listing_bytes > 0);
  }
  CHECK(position_costs(dataset, with_anchors("gcn", 4)).listing_bytes == 0);
}
