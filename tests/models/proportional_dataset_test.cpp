#include "models/proportional_dataset.h"

#include <cmath>

#include "graph/orders.h"
#include "models/run_input.h"
#include "models/training_cases.h"
#include "support/catch.h"

using namespace cairn;

namespace {

double ratio(Index part, Index whole) { return static_cast<double>(part) / static_cast<double>(whole); }

Index stored(const Dataset& dataset) { return std::get<SparseMatrix>(dataset.features).pattern().stored_count(); }

ProportionalDataset stand_in(const Dataset& dataset, std::string_view model, std::string_view task, Index nodes) {
  TrainConfig config = default_config(model, task);
  config.anchors = 4;
  return proportional_dataset(dataset, settled_config(config, dataset), std::nullopt, nodes);
}

}  // namespace

TEST_CASE("proportional dataset: arcs, features and parts of a split keep their proportion to the nodes", "[models]") {
  const Dataset dataset = make_synthetic("sbm:nodes=2000,classes=4,features=50", 1);
  const Dataset made = stand_in(dataset, "gcn", "node", 500).dataset;
  check_consistent(made);
  REQUIRE(made.node_count() == 500);
  CHECK(made.graph.directed() == dataset.graph.directed());
  CHECK(std::abs(ratio(made.graph.arc_count(), 500) - ratio(dataset.graph.arc_count(), 2000)) < 0.01);
  CHECK(stored(made) == Approx(static_cast<double>(stored(dataset)) / 4).epsilon(0.03));  // 500 rows of up to 16 words
  CHECK(made.class_count() == 4);
  REQUIRE(made.splits.size() == 1);
  CHECK(made.splits[0].train.size() == 300);
  CHECK(made.splits[0].validation.size() == 100);
  CHECK(made.splits[0].test.size() == 100);
}

TEST_CASE("proportional dataset: a graph that attention reads as a grid, a path or a cycle is a smaller one",
          "[models]") {
  for (const auto& [spec, op] : {std::pair("grid:40x30", "grid"), {"path:1000", "path"}, {"cycle:1000", "cycle"}}) {
    const Dataset dataset = make_synthetic(spec, 1);
    TrainConfig config = default_config("kernel-attention", "distance");
    config.attention_operator = op;
    const Dataset made = proportional_dataset(dataset, config, std::nullopt, 250).dataset;
    CHECK(std::abs(ratio(made.node_count(), 250) - 1) < 0.1);
    std::vector<NodeId> nodes;
    for (NodeId u = 0; u < made.node_count(); ++u) nodes.push_back(u);
    INFO(spec);
    if (op == std::string("grid")) CHECK(grid_shape(made.graph, nodes));
    if (op == std::string("path")) CHECK(path_order(made.graph, nodes));
    if (op == std::string("cycle")) CHECK(cycle_order(made.graph, nodes));
  }
}

TEST_CASE("proportional dataset: of many graphs some are taken whole, of few each is made smaller", "[models]") {
  const Dataset many = make_synthetic("trees:60x20", 1);
  const Dataset some = stand_in(many, "gir", "distance", 400).dataset;
  check_consistent(some);
  CHECK(some.graph_count() == 20);
  CHECK(some.node_count() == 400);
  CHECK(some.graph.edge_count() == 20 * 19);
  const Dataset few = make_synthetic("grid:20x20+grid:30x30", 1);
  const Dataset smaller = stand_in(few, "gir", "distance", 325).dataset;
  check_consistent(smaller);
  CHECK(smaller.graph_count() == 2);
  CHECK(smaller.node_count() == 325);
}
