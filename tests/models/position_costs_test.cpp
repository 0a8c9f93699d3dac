#include "models/position_costs.h"

#include "core/error.h"
#include "data/synthetic.h"
#include "models/defaults.h"
#include "support/catch.h"

using namespace cairn;

namespace {
TrainConfig with_anchors(Index count) {
  TrainConfig config = default_config("gir");
  config.anchors = count;
  return config;
}
}  // namespace

TEST_CASE("position costs: on a grid from every node, items and arcs are those of all shortest paths",
          "[models][position_costs]") {
  const Dataset dataset = make_synthetic("grid:6x7", 1);
  const PositionCosts costs = position_costs(dataset, with_anchors(4));
  CHECK(costs.anchors == 4);
  CHECK(costs.items == 4 * 42);
  CHECK(costs.dag_arcs == 4 * dataset.graph.edge_count());  // no edge of a grid joins nodes at one distance
}

TEST_CASE("position costs: states shrink with the anchors at once, and a budget is kept or refused",
          "[models][position_costs]") {
  const Dataset dataset = make_synthetic("grid:20x20", 1);
  TrainConfig config = with_anchors(16);
  const PositionCosts all = position_costs(dataset, config);
  CHECK(all.slots_at_once == 16);
  CHECK(slots_within(dataset, config, all.peak_bytes) == 16);
  const Index fewer = slots_within(dataset, config, all.peak_bytes - 1);
  CHECK(fewer < 16);
  config.slots_at_once = fewer;
  CHECK(position_costs(dataset, config).peak_bytes < all.peak_bytes);
  CHECK(position_costs(dataset, config).state_bytes == all.state_bytes * fewer / 16);
  CHECK_THROWS_AS(slots_within(dataset, config, 1000), UsageError);
}
