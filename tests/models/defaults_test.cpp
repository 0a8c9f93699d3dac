#include "models/defaults.h"

#include <algorithm>
#include <string>

#include "core/error.h"
#include "models/encoded_extents.h"
#include "models/models.h"
#include "position/encodings.h"
#include "support/catch.h"

using namespace cairn;

TEST_CASE("defaults: every model of the table can be made as its defaults describe it", "[models][defaults]") {
  for (const std::string_view name : model_names()) {
    INFO(name);
    const TrainConfig config = default_config(name);
    CHECK(config.model == name);
    CHECK_NOTHROW(check_config(config));
    const auto model = make_model(config, support::encoded({.in = 10, .out = 3, .nodes = 5, .slots = 2}), Rng(1));
    CHECK(model->out_width() == 3);
    CHECK(!model_summary(name).empty());
  }
}

TEST_CASE("defaults: gcn and gat have the settings they were published with", "[models][defaults]") {
  const TrainConfig gcn = default_config("gcn");  // Kipf and Welling, ICLR 2017, section 5.2
  CHECK(gcn.layers == 2);
  CHECK(gcn.hidden == 16);
  CHECK(gcn.dropout == 0.5);
  CHECK(gcn.learning_rate == 0.01);
  CHECK(gcn.weight_decay == 5e-4);
  CHECK(gcn.epochs == 200);
  // 1433 x 16 + 16 + 16 x 7 + 7: the size of the published model on a graph of 1433 words and 7 classes.
  CHECK(parameter_count(*make_model(gcn, {.in = 1433, .out = 7}, Rng(1))) == 23063);

  const TrainConfig gat = default_config("gat");  // Velickovic et al., ICLR 2018, section 3.3
  CHECK(gat.hidden == 8);
  CHECK(gat.heads == 8);
  CHECK(gat.output_heads == 1);
  CHECK(gat.dropout == 0.6);
  CHECK(gat.attention_dropout == 0.6);
  CHECK(gat.activation == "elu");
  CHECK(gat.learning_rate == 0.005);
  CHECK(gat.patience == 100);
  // Weights 1433 x 64 and 64 x 7, two score vectors and a bias for each layer.
  CHECK(parameter_count(*make_model(gat, {.in = 1433, .out = 7}, Rng(1))) == 1433 * 64 + 3 * 64 + 64 * 7 + 3 * 7);
}

TEST_CASE("defaults: an unknown model is refused with a list of the known ones", "[models][defaults]") {
  CHECK_THROWS_AS(default_config("GCN"), UsageError);
  CHECK_THROWS_AS(model_summary("gnn"), UsageError);
  for (const std::string_view name : model_names()) {
    CHECK_THROWS_WITH(default_config("gnn"), Catch::Contains(std::string(name)));
  }
}

TEST_CASE("defaults: every encoding of coordinates is a model, and lff", "[models][defaults]") {
  for (const std::string_view name : encoding_names()) {
    INFO(name);
    CHECK(is_position_model(name));
    CHECK(reads_coordinates(name));
  }
  CHECK(reads_coordinates("gcn+lff"));
  CHECK_FALSE(reads_coordinates("gcn+gir"));
}

TEST_CASE("defaults: paths fused into node classes see no features, alone and in pairs they do", "[models][defaults]") {
  CHECK_FALSE(default_config("gcn+gir", "node").path_attributes);
  CHECK(default_config("gir", "node").path_attributes);
  CHECK(default_config("gcn+gir", "link").path_attributes);
  CHECK(default_config("gcn+gir", "path-sum").path_attributes);
}
