#include "models/saved_model.h"
#include "models/coordinate_plan.h"
#include "models/encoded_extents.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "graph/generate.h"
#include "models/position_plan.h"
#include "models/training_cases.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {
Tensor evaluate(const SavedModel& saved, const Dataset& dataset) {
  const WithoutGradients without_gradients;
  NamedTensors anchors;
  anchors.metadata["anchors.key"] = "7";
  save_anchors(given_anchors(dataset.graph, {}, std::vector<NodeId>{3, 50}), dataset, anchors);
  return saved.model->embed(input_for(saved, anchors, dataset), Pass::evaluation()).value();
}

SavedModel described(const Dataset& dataset, std::string_view model) {
  SavedModel saved;
  saved.config = support::short_config(model);
  saved.config.norm = "batch";
  saved.plan = plan_features(dataset, saved.config);
  saved.class_names = {"first", "second, with a comma", ""};
  saved.directed = true;
  saved.nodes = dataset.node_count();
  saved.slots = looks_from_anchors(saved.config) ? 2 : 0;
  saved.out = 3;
  saved.config.read_out = "anchors";
  const ModelExtents extents =
      support::encoded({.in = saved.plan.width, .out = 3, .nodes = saved.nodes, .slots = saved.slots});
  saved.axes = extents.axes;
  saved.attention_biases = extents.attention_biases;
  for (const auto& [name, encoding] : extents.encodings) {
    if (name == model) saved.encodings.emplace(name, encoding);
  }
  saved.model = make_model(saved.config, extents, Rng(4));
  return saved;
}

NamedTensors stored(const SavedModel& saved) {
  NamedTensors tensors;
  save_description(saved, tensors);
  for (const NamedParameter& parameter : parameters_of(*saved.model)) {
    tensors.arrays["model." + parameter.name] = to_stored(parameter.value.value());
  }
  return tensors;
}
}  // namespace

TEST_CASE("saved model: a loaded model of every name predicts the same bits", "[models][saved_model]") {
  const Dataset dataset = support::small_blocks();
  for (const std::string_view name : model_names()) {
    INFO(name);
    const SavedModel saved = described(dataset, name);
    const SavedModel loaded = load_model(stored(saved));
    CHECK(support::same_bits(evaluate(saved, dataset), evaluate(loaded, dataset)));
    CHECK(loaded.class_names == saved.class_names);
    CHECK(loaded.directed);
    for (const ConfigField& field : config_fields()) {
      CHECK(field_text(loaded.config, field) == field_text(saved.config, field));
    }
  }
}

TEST_CASE("saved model: whatever is missing is refused by name", "[models][saved_model]") {
  const NamedTensors whole = stored(described(support::small_blocks(), "gcn"));
  CHECK_NOTHROW(load_model(whole));
  for (const auto& [name, array] : whole.arrays) {
    NamedTensors less = whole;
    less.arrays.erase(name);
    CHECK_THROWS_WITH(load_model(less), Catch::Contains(name));
  }
  for (const auto& [name, text] : whole.metadata) {
    NamedTensors less = whole;
    less.metadata.erase(name);
    const auto& fields = config_fields();
    const bool came_later = std::any_of(fields.begin(), fields.end(), [&name = name](const ConfigField& field) {
      const bool later = field.group == "attention" || field.group == "batches" || field.name == "recompute";
      return later && name == "config." + std::string(field.name);
    });
    if (came_later) continue;
    CHECK_THROWS_WITH(load_model(less), Catch::Contains(name));
  }
}

TEST_CASE("saved model: another format, shape or value is refused", "[models][saved_model]") {
  const NamedTensors whole = stored(described(support::small_blocks(), "gcn"));
  NamedTensors other = whole;
  other.metadata["format"] = "cairn model 2";
  CHECK_THROWS_WITH(load_model(other), Catch::Contains("cairn model 2"));
  other = whole;
  other.arrays["model.layers.0.weight"] = to_stored(Tensor(Shape{2, 3}));
  CHECK_THROWS_WITH(load_model(other), Catch::Contains("model.layers.0.weight") && Catch::Contains("[2, 3]"));
  other = whole;
  other.arrays["model.layers.0.weight"] = {Shape{1}, std::vector<std::int64_t>{7}};
  CHECK_THROWS_AS(load_model(other), Error);
  other = whole;
  other.metadata["config.layers"] = "-3";
  CHECK_THROWS_AS(load_model(other), Error);
  other = whole;
  other.metadata["config.model"] = "transformer";
  CHECK_THROWS_AS(load_model(other), Error);
}

namespace {

/// A grid with words for ids, beginning with `prefix`.
Dataset named_grid(Index rows, Index columns, const std::string& prefix = "node ") {
  Dataset dataset;
  dataset.name = "named";
  dataset.graph = grid_graph(rows, columns);
  std::vector<std::string> names;
  for (Index u = 0; u < rows * columns; ++u) names.push_back(prefix + std::to_string(u));
  dataset.ids = IdMap::strings(std::move(names));
  return dataset;
}

/// The same nodes, edges and names in another order.
Dataset moved(const Dataset& dataset, const std::vector<NodeId>& new_id) {
  Dataset other = dataset;
  other.graph = relabeled(dataset.graph, new_id);
  std::vector<std::string> names(new_id.size());
  for (std::size_t u = 0; u < new_id.size(); ++u) {
    names[static_cast<std::size_t>(new_id[u])] = dataset.ids.name(static_cast<NodeId>(u));
  }
  other.ids = IdMap::strings(std::move(names));
  return other;
}

TrainConfig position_config(std::string_view model, const std::string& read_out = "auto") {
  TrainConfig config = default_config(model, "distance");
  config.epochs = 3;
  config.dim = 6;
  config.path_width = 6;
  config.anchors = 3;
  config.anchor_width = 2;
  config.distance_pairs = 100;
  config.read_out = read_out;
  config.features = "constant";
  return config;
}

Tensor rows_on(const NamedTensors& file, const Dataset& dataset) {
  const SavedModel saved = load_model(file);
  const WithoutGradients without_gradients;
  return saved.model->embed(input_for(saved, file, dataset), Pass::evaluation()).value();
}

}  // namespace

TEST_CASE("saved model: anchors are those of the user's ids, in whatever order a dataset has its nodes",
          "[models][saved_model]") {
  const Dataset dataset = named_grid(4, 5);
  Rng rng(6);
  const std::vector<NodeId> new_id = support::shuffled_ids(20, rng);
  for (const char* model : {"gir", "gir-dist", "pgnn", "gcn+gir", "gir+pgnn"}) {
    for (const char* nodes : {"", "node 3,node 12,node 7"}) {
      // Ties between the members of a set go by the order of the nodes.
      if (std::string(nodes).empty() && std::string(model).find("pgnn") != std::string::npos) continue;
      TrainConfig config = position_config(model);
      config.anchor_nodes = nodes;
      if (!config.anchor_nodes.empty()) config.redraw_anchors = "never";
      const NamedTensors file = support::trained(dataset, config);
      const Tensor rows = rows_on(file, dataset);
      INFO(model << " " << nodes);
      // Sums over predecessors change their order.
      CHECK(support::max_difference(rows_on(file, moved(dataset, new_id)), support::move_rows(rows, new_id)) < 1e-4);
      CHECK(support::max_difference(rows, support::move_rows(rows, new_id)) > 1e-2);
    }
  }
}

TEST_CASE("saved model: an anchor that a dataset does not hold is named", "[models][saved_model]") {
  TrainConfig config = position_config("gcn+gir");
  config.anchor_nodes = "node 3,node 19";
  const NamedTensors file = support::trained(named_grid(4, 5), config);
  CHECK_NOTHROW(rows_on(file, named_grid(5, 5)));
  CHECK_THROWS_AS(rows_on(file, named_grid(3, 5)), InputError);
  CHECK_THROWS_WITH(rows_on(file, named_grid(3, 5)), Catch::Contains("'node 19'") && Catch::Contains("named"));
}

TEST_CASE("saved model: read-outs structure and scalar serve other graphs, with anchors of their own",
          "[models][saved_model]") {
  for (const char* model : {"gir", "gir-dist"}) {
    for (const char* read_out : {"structure", "scalar"}) {
      const NamedTensors file = support::trained(named_grid(4, 5), position_config(model, read_out));
      const Dataset other = named_grid(6, 7, "stranger ");
      const Tensor rows = rows_on(file, other);
      INFO(model << " " << read_out);
      CHECK(rows.rows() == 42);
      CHECK(support::same_bits(rows, rows_on(file, other)));
      double largest = 0;
      for (Index u = 1; u < 42; ++u) {
        largest = std::max(largest, std::abs(static_cast<double>(rows.at(u, 0) - rows.at(0, 0))));
      }
      CHECK(largest > 1e-4);  // it says something of the nodes
    }
    const NamedTensors file = support::trained(named_grid(4, 5), position_config(model, "anchors"));
    CHECK_THROWS_WITH(rows_on(file, named_grid(6, 7, "stranger ")), Catch::Contains("--read-out structure"));
  }
}

TEST_CASE("saved model: vectors of nodes and anchors that are missing are refused", "[models][saved_model]") {
  for (const char* model : {"free", "random", "gcn+random"}) {
    INFO(model);
    const NamedTensors file = support::trained(named_grid(4, 5), position_config(model));
    CHECK_THROWS_AS(rows_on(file, named_grid(6, 7)), InputError);
  }
  for (const char* read_out : {"anchors", "structure"}) {
    const NamedTensors whole = support::trained(named_grid(4, 5), position_config("gir", read_out));
    for (const char* name : {"anchors.ends", "anchors.ids.text", "anchors.ids.ends"}) {
      INFO(read_out << " " << name);
      NamedTensors less = whole;
      REQUIRE(less.arrays.erase(name) == 1);
      CHECK_THROWS_WITH(rows_on(less, named_grid(4, 5)), Catch::Contains(name));
    }
    NamedTensors less = whole;
    less.metadata.erase("anchors.key");
    CHECK_THROWS_WITH(rows_on(less, named_grid(4, 5)), Catch::Contains("anchors.key"));
    NamedTensors other = whole;
    other.arrays["anchors.ends"] = {Shape{2}, std::vector<std::int64_t>{2, 1}};
    CHECK_THROWS_WITH(rows_on(other, named_grid(4, 5)), Catch::Contains("anchors.ends"));
  }
}

TEST_CASE("saved model: a file from before attention and batches is read, and its model predicts the same bits",
          "[models][saved_model]") {
  const Dataset dataset = support::small_blocks();
  const SavedModel saved = described(dataset, "gcn");
  NamedTensors older = stored(saved);
  std::size_t left_out = 0;
  for (const ConfigField& field : config_fields()) {
    if (field.group == "attention" || field.group == "batches")
      left_out += older.metadata.erase("config." + std::string(field.name));
  }
  CHECK(left_out >= 11);
  CHECK(older.metadata.erase("config.recompute") == 1);  // came later still
  CHECK(support::same_bits(evaluate(load_model(older), dataset), evaluate(saved, dataset)));
  NamedTensors attends = stored(described(dataset, "kernel-attention"));
  REQUIRE(attends.metadata.erase("attention_biases") == 1);
  CHECK_THROWS_WITH(load_model(attends), Catch::Contains("attention_biases"));
}

TEST_CASE("saved model: attention that was trained on paths or grids serves others of them, and nothing else",
          "[models][saved_model][attention]") {
  for (const char* model : {"kernel-attention", "gcn+kernel-attention", "gcn+kernel-attention+gaussian"}) {
    INFO(model);
    TrainConfig config = position_config(model);
    config.hidden = 8;
    config.attention_offsets = 3;
    config.split_graphs = true;  // anchors are selected anew on other graphs
    const NamedTensors file = support::trained(make_synthetic("path:9+path:12+path:7+path:8+path:10", 1), config);
    CHECK(load_config(file).attention_operator == "path");
    const Dataset longer = make_synthetic("path:40", 1);
    const Tensor rows = rows_on(file, longer);
    CHECK(rows.rows() == 40);
    CHECK(support::same_bits(rows, rows_on(file, longer)));
    CHECK_THROWS_AS(rows_on(file, make_synthetic("cycle:12", 1)), InputError);
    CHECK_THROWS_WITH(rows_on(file, make_synthetic("cycle:12", 1)), Catch::Contains("expected a path with two ends"));
  }
  TrainConfig config = position_config("kernel-attention");
  config.hidden = 8;
  config.attention_offsets = 2;
  const NamedTensors file = support::trained(make_synthetic("grid:4x5", 1), config);
  CHECK(load_config(file).attention_operator == "grid");
  CHECK(rows_on(file, make_synthetic("grid:3x7", 1)).rows() == 21);
  CHECK_THROWS_AS(rows_on(file, make_synthetic("path:20", 1)), InputError);
  CHECK_THROWS_WITH(rows_on(file, make_synthetic("path:20", 1)), Catch::Contains("25 biases") && Catch::Contains("5)"));
}
