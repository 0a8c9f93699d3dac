#include "models/saved_model.h"

#include <string>

#include "core/error.h"
#include "models/position_plan.h"
#include "models/training_cases.h"
#include "support/catch.h"
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
  saved.slots = needs_anchors(model) ? 2 : 0;
  saved.out = 3;
  saved.config.read_out = "anchors";
  saved.model =
      make_model(saved.config, {.in = saved.plan.width, .out = 3, .nodes = saved.nodes, .slots = saved.slots}, Rng(4));
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
    CHECK_THROWS_WITH(load_model(less), Catch::Contains(name));
  }
}

TEST_CASE("saved model: another format, shape or value is refused", "[models][saved_model]") {
  const NamedTensors whole = stored(described(support::small_blocks(), "gcn"));
  NamedTensors other = whole;
  other.metadata["format"] = "cairn model 3";
  CHECK_THROWS_WITH(load_model(other), Catch::Contains("cairn model 3"));
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
