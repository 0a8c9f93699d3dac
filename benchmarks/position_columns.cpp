#include "benchmarks/position_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/synthetic.h"
#include "models/defaults.h"

namespace cairn::benchmarks {

const std::vector<PositionColumn>& position_columns() {
  // Settings hold for all models of a column alike, so that no model is tuned where others are not.
  static const std::vector<PositionColumn> table{
      {.name = "grid/link",
       .dataset = "grid",
       .task = "link",
       .spec = "grid:20x20",
       .smoke_spec = "grid:6x6",
       .fusion_anchors = {1, 4, 0},
       .picture = PictureColor::anchor_distance},
      {.name = "communities/link",
       .dataset = "communities",
       .task = "link",
       .spec = "communities:20x20",
       .smoke_spec = "communities:4x6",
       .picture = PictureColor::label},
      {.name = "communities/pair",
       .dataset = "communities",
       .task = "pair",
       .spec = "communities:20x20",
       .smoke_spec = "communities:4x6",
       .picture = PictureColor::label},
      {.name = "email/pair",
       .dataset = "email",
       .task = "pair",
       .folder = "email_eu_core",
       .settings = {{"features", "degree"}, {"epochs", "200"}}},
      {.name = "email/pair-node-disjoint",
       .dataset = "email",
       .task = "pair-node-disjoint",
       .folder = "email_eu_core",
       .settings = {{"features", "degree"}, {"epochs", "200"}}},
      // What a fusion adds to a network whose nodes all look alike.
      {.name = "email-constant/pair-node-disjoint",
       .dataset = "email-constant",
       .task = "pair-node-disjoint",
       .folder = "email_eu_core",
       .fusion_anchors = {0},
       .settings = {{"epochs", "200"}}},
      {.name = "trees/path-sum",
       .dataset = "trees",
       .task = "path-sum",
       .spec = "trees:30x60",
       .smoke_spec = "trees:6x12",
       .fusion_anchors = {1},
       .settings = {{"layers", "3"},
                    {"hidden", "32"},
                    {"heads", "1"},
                    {"dropout", "0"},
                    {"attention_dropout", "0"},
                    {"learning_rate", "0.01"},
                    {"weight_decay", "0"},
                    {"epochs", "300"},
                    {"patience", "0"}}},
      {.name = "power/link", .dataset = "power", .task = "link", .folder = "power"},
      {.name = "email_eu_core/link", .dataset = "email_eu_core", .task = "link", .folder = "email_eu_core"},
      {.name = "cora/link", .dataset = "cora", .task = "link", .folder = "cora"},
  };
  return table;
}

namespace {

constexpr std::array<std::string_view, 4> message_models{"gcn", "gat", "sage", "gin"};

PositionModel trained(const std::string& name, bool control) {
  const std::vector<std::string_view> parts = model_parts(name);
  return {
      .name = name, .control = control, .untrained = false, .anchored = needs_anchors(name), .fused = parts.size() > 1};
}

PositionModel untrained(std::string name, bool anchored) {
  return {.name = std::move(name), .control = true, .untrained = true, .anchored = anchored, .fused = false};
}

Index floor_log2(Index value) {
  Index log = 0;
  while (value > 1) {
    value /= 2;
    ++log;
  }
  return log;
}

}  // namespace

std::vector<PositionModel> models_of(const PositionColumn& column) {
  std::vector<PositionModel> models;
  for (const std::string_view name : message_models) models.push_back(trained(std::string(name), false));
  models.push_back(trained("pgnn", false));
  models.push_back(trained("gir", false));
  models.push_back(trained("gir-dist", true));
  if (column.is_path_sum()) {
    models.push_back(trained("mlp", true));
  } else {
    if (!column.is_link()) models.push_back(trained("free", true));
    models.push_back(untrained("untrained-distance", true));
    models.push_back(untrained("untrained-sets", true));
    if (column.is_link()) models.push_back(untrained("common-neighbors", false));
  }
  if (column.fusion_anchors.empty()) return models;
  for (const std::string_view name : message_models) {
    for (const std::string_view part : {"gir", "gir-dist", "random"}) {
      models.push_back(trained(fmt::format("{}+{}", name, part), part != "gir"));
    }
  }
  return models;
}

std::vector<std::string> position_model_names() {
  std::vector<std::string> names;
  for (const PositionColumn& column : position_columns()) {
    for (const PositionModel& model : models_of(column)) {
      if (std::find(names.begin(), names.end(), model.name) == names.end()) names.push_back(model.name);
    }
  }
  return names;
}

std::vector<Index> anchor_counts_of(const PositionColumn& column, const PositionModel& model,
                                    const std::vector<Index>& asked) {
  if (column.is_path_sum()) return {1};
  if (!model.fused) return asked;
  std::vector<Index> counts;
  for (const Index count : asked) {
    const auto& at = column.fusion_anchors;
    if (std::find(at.begin(), at.end(), count) != at.end()) counts.push_back(count);
  }
  return counts;
}

std::string anchor_rule(const PositionColumn& column, Index anchors) {
  if (column.is_path_sum()) return "roots";
  return anchors == 0 ? "log2^2" : fmt::format("{}", anchors);
}

Index anchor_number(const PositionColumn& column, Index anchors, const Dataset& dataset) {
  if (column.is_path_sum()) return 1;
  if (anchors > 0) return anchors;
  std::vector<Index> sizes(static_cast<std::size_t>(dataset.graph_count()), 0);
  if (dataset.graph_of_node.empty()) sizes[0] = dataset.node_count();
  for (const std::int32_t graph : dataset.graph_of_node) ++sizes[static_cast<std::size_t>(graph)];
  const Index log = floor_log2(*std::max_element(sizes.begin(), sizes.end()));
  return std::max<Index>(1, log * log);
}

TrainConfig position_config(const PositionColumn& column, std::string_view model, Index anchors, Index epochs) {
  const bool node_disjoint = column.task == "pair-node-disjoint";
  if (model == "untrained-sets") model = "pgnn";
  if (model == "untrained-distance" || model == "common-neighbors") model = "gir";
  TrainConfig config = default_config(model, node_disjoint ? "pair" : column.task);
  if (node_disjoint) {
    config.node_disjoint = true;
    config.train_ratio = 0.6;
    config.validation_ratio = 0.2;
    config.test_ratio = 0.2;
  }
  config.features = column.is_path_sum() ? "auto" : "constant";
  config.anchors = anchors;
  if (column.is_path_sum()) config.redraw_anchors = "never";  // the roots are given: there is nothing to draw
  for (const auto& [field, value] : column.settings) set_field(config, field, value);
  if (epochs > 0) config.epochs = epochs;
  return config;
}

Dataset synthetic_dataset(const PositionColumn& column, bool smoke, std::uint64_t seed) {
  return make_synthetic(smoke ? column.smoke_spec : column.spec, seed);
}

}  // namespace cairn::benchmarks
