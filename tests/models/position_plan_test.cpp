#include "models/position_plan.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "data/synthetic.h"
#include "graph/generate.h"
#include "models/defaults.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

TrainConfig config_of(std::string_view strategy = "random", Index anchors = 4) {
  TrainConfig config = default_config("gir", "link");
  config.anchor_strategy = strategy;
  config.anchors = anchors;
  return config;
}

/// A grid whose node i is called names[i].
Dataset named_grid(std::vector<std::string> names) {
  Dataset dataset;
  dataset.name = "named";
  dataset.graph = grid_graph(3, static_cast<Index>(names.size()) / 3);
  dataset.ids = IdMap::strings(std::move(names));
  return dataset;
}

std::vector<std::string> letters() {
  return {"ada", "bo", "cy", "dot", "eve", "flo", "gus", "hal", "ida", "jo", "kit", "lu"};
}

/// The same nodes, edges and names in another order.
Dataset moved(const Dataset& dataset, const std::vector<NodeId>& new_id) {
  Dataset other = dataset;
  other.graph = relabeled(dataset.graph, new_id);
  std::vector<std::string> names(new_id.size());
  for (std::size_t u = 0; u < new_id.size(); ++u) {
    names[static_cast<std::size_t>(new_id[u])] = dataset.ids.name(static_cast<NodeId>(u));
  }
  other.ids = IdMap::strings(names);
  return other;
}

std::vector<std::vector<std::string>> names_of(const AnchorSet& anchors, const Dataset& dataset) {
  std::vector<std::vector<std::string>> names;
  for (const auto& group : anchors.groups) {
    names.emplace_back();
    for (const NodeId node : group) names.back().push_back(dataset.ids.name(node));
    std::sort(names.back().begin(), names.back().end());
  }
  return names;
}

}  // namespace

TEST_CASE("position plan: anchors of a step are the same whenever asked for; only redrawn ones change with it",
          "[models][position_plan]") {
  const Dataset dataset = make_synthetic("communities:6x8", 2);
  for (const char* strategy : {"random", "sets", "cover", "farthest"}) {
    for (const char* redraw : {"never", "epoch"}) {
      TrainConfig config = config_of(strategy);
      config.redraw_anchors = redraw;
      const PositionPlan plan = plan_position(dataset, {}, config, 3);
      INFO(strategy << " " << redraw);
      CHECK(anchors_at(plan, dataset, 5).groups == anchors_at(plan, dataset, 5).groups);
      const bool changed = anchors_at(plan, dataset, 5).groups != anchors_at(plan, dataset, 6).groups;
      CHECK(changed == (std::string(redraw) == "epoch"));
      CHECK(anchors_at(plan, dataset, 0).groups !=
            anchors_at(plan_position(dataset, {}, config, 4), dataset, 0).groups);
    }
  }
}

TEST_CASE("position plan: named anchors come before those of the task, these before a strategy",
          "[models][position_plan]") {
  const Dataset dataset = named_grid(letters());
  TrainConfig config = config_of();
  const std::vector<NodeId> roots{3, 1};
  const auto chosen = [&](const std::vector<NodeId>& given) {
    return names_of(anchors_at(plan_position(dataset, given, config, 3), dataset, 0), dataset);
  };
  CHECK(chosen({}).size() == 4);
  CHECK(chosen(roots) == std::vector<std::vector<std::string>>{{"dot"}, {"bo"}});
  config.anchor_nodes = "lu,ada";
  CHECK(chosen(roots) == std::vector<std::vector<std::string>>{{"lu"}, {"ada"}});
  CHECK(chosen({}) == std::vector<std::vector<std::string>>{{"lu"}, {"ada"}});
}

TEST_CASE("position plan: anchors saved by their names are found in another order of the nodes",
          "[models][position_plan]") {
  const Dataset dataset = named_grid(letters());
  Rng rng(7);
  const Dataset other = moved(dataset, support::shuffled_ids(12, rng));
  for (const char* strategy : {"random", "sets", "degree"}) {
    const AnchorSet anchors = anchors_at(plan_position(dataset, {}, config_of(strategy), 3), dataset, 0);
    NamedTensors saved;
    save_anchors(anchors, dataset, saved);
    INFO(strategy);
    CHECK(load_anchors(saved, dataset).groups == anchors.groups);
    const AnchorSet loaded = load_anchors(saved, other);
    CHECK(names_of(loaded, other) == names_of(anchors, dataset));
    CHECK(loaded.groups != anchors.groups);
    for (const auto& group : loaded.groups) CHECK(std::is_sorted(group.begin(), group.end()));
  }
  CHECK(load_anchors({}, dataset).groups.empty());
}

TEST_CASE("position plan: anchors of many graphs come back to their graphs, but not in another order of the graphs",
          "[models][position_plan]") {
  const Dataset dataset = make_synthetic("grid:3x3+cycle:7", 1);
  const AnchorSet anchors = anchors_at(plan_position(dataset, {}, config_of("random", 3), 3), dataset, 0);
  NamedTensors saved;
  save_anchors(anchors, dataset, saved);
  const AnchorSet loaded = load_anchors(saved, dataset);
  CHECK(loaded.groups == anchors.groups);
  CHECK(loaded.graph_of_group == anchors.graph_of_group);
  CHECK(loaded.slot_count() == 3);
  Dataset turned = dataset;
  for (std::int32_t& graph : turned.graph_of_node) graph = 1 - graph;
  CHECK_THROWS_AS(load_anchors(saved, turned), InputError);
}

TEST_CASE("position plan: an anchor that a dataset does not hold is named, and so is the dataset",
          "[models][position_plan]") {
  const Dataset dataset = named_grid(letters());
  std::vector<std::string> names = letters();
  names[8] = "zoe";
  const Dataset other = named_grid(names);
  TrainConfig config = config_of();
  config.anchor_nodes = "ada,ida";
  const PositionPlan plan = plan_position(dataset, {}, config, 3);
  NamedTensors saved;
  save_anchors(anchors_at(plan, dataset, 0), dataset, saved);
  CHECK_THROWS_AS(load_anchors(saved, other), InputError);
  CHECK_THROWS_WITH(load_anchors(saved, other), Catch::Contains("named") && Catch::Contains("'ida'"));
  CHECK_THROWS_AS(plan_position(other, {}, config, 3), UsageError);
  CHECK_THROWS_WITH(plan_position(other, {}, config, 3), Catch::Contains("--anchor-nodes") && Catch::Contains("'ida'"));
}

TEST_CASE("position plan: unknown strategies, named anchors redrawn, and bad lists of them are refused",
          "[models][position_plan]") {
  const Dataset dataset = named_grid(letters());
  CHECK_THROWS_WITH(plan_position(dataset, {}, config_of("nearest"), 3), Catch::Contains("farthest"));
  CHECK_THROWS_AS(plan_position(dataset, {}, config_of("nearest"), 3), UsageError);
  TrainConfig config = config_of();
  config.anchor_nodes = "ada";
  config.redraw_anchors = "epoch";
  CHECK_THROWS_AS(plan_position(dataset, {}, config, 3), UsageError);
  config.redraw_anchors = "never";
  for (const char* nodes : {"ada,,bo", ",ada", "ada,ada", "ada, bo"}) {
    INFO(nodes);
    config.anchor_nodes = nodes;
    CHECK_THROWS_AS(anchors_at(plan_position(dataset, {}, config, 3), dataset, 0), UsageError);
  }
}

TEST_CASE("position plan: a saved plan selects the same anchors again", "[models][position_plan]") {
  const Dataset dataset = make_synthetic("communities:6x8", 2);
  for (const char* redraw : {"never", "epoch"}) {
    for (const char* nodes : {"", "5,40"}) {
      TrainConfig config = config_of("random", 5);
      config.anchor_nodes = nodes;
      config.redraw_anchors = config.anchor_nodes.empty() ? redraw : "never";
      config.max_hops = 3;
      const PositionPlan plan = plan_position(dataset, {}, config, 3);
      NamedTensors saved;
      save_position_plan(plan, saved);
      const PositionPlan loaded = load_position_plan(saved, config);
      CHECK(loaded.names == plan.names);
      CHECK(loaded.redrawn == plan.redrawn);
      CHECK(loaded.paths.max_hops == 3);
      CHECK(loaded.paths.tree_key == plan.paths.tree_key);
      for (const Index step : {0, 7}) {
        CHECK(anchors_at(loaded, dataset, step).groups == anchors_at(plan, dataset, step).groups);
      }
    }
  }
  NamedTensors bad;
  CHECK_THROWS_WITH(load_position_plan(bad, config_of()), Catch::Contains("anchors.key"));
  bad.metadata["anchors.key"] = "-3";
  CHECK_THROWS_WITH(load_position_plan(bad, config_of()), Catch::Contains("'-3'"));
}

TEST_CASE("position plan: directions of paths are those of the option", "[models][position_plan]") {
  Rng rng(2);
  Dataset dataset;
  dataset.name = "arcs";
  dataset.graph = support::random_graph(30, 60, rng, {.directed = true});
  dataset.ids = IdMap::range(30);
  for (const auto& [direction, expected] :
       {std::pair<std::string, std::vector<PathDirection>>{"from", {PathDirection::from_anchor}},
        {"towards", {PathDirection::towards_anchor}},
        {"both", {PathDirection::from_anchor, PathDirection::towards_anchor}}}) {
    TrainConfig config = config_of();
    config.path_direction = direction;
    const PositionPlan plan = plan_position(dataset, {}, config, 3);
    const PositionInput position = prepare_position(plan, dataset, anchors_at(plan, dataset, 0));
    CHECK(position.directions() == expected);
    CHECK(position.slot_count() == 4 * static_cast<Index>(expected.size()));
  }
}
