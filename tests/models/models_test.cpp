#include "models/models.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "graph/generate.h"
#include "models/defaults.h"
#include "models/encoded_extents.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

const ModelExtents extents = support::encoded({.in = 3, .out = 4, .nodes = 12, .slots = 2});

ModelInput some_input() {
  Rng rng(5);
  const Graph graph = grid_graph(3, 4);
  const ModelInput input(Variable::constant(support::random_tensor({12, 3}, rng)), graph);
  return input.with_position(PositionInput(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{1, 10})))
      .with_coordinates(support::some_coordinates(12))
      .with_attention(support::some_attention(graph));
}

TrainConfig config_of(std::string_view model, std::string_view task, const std::string& fusion = "late",
                      const std::string& read_out = "anchors") {
  TrainConfig config = default_config(model, task);
  config.fusion = fusion;
  config.read_out = read_out;
  config.hidden = 4;
  config.dim = 5;
  config.path_width = 6;
  config.anchor_width = 2;
  return config;
}

Tensor rows_of(const Model& model) {
  const WithoutGradients without_gradients;
  return model.embed(some_input(), Pass::evaluation()).value();
}

std::map<std::string, Tensor> start_values(const TrainConfig& config) {
  std::map<std::string, Tensor> values;
  const auto model = make_model(config, extents, Rng(3));
  for (const NamedParameter& parameter : parameters_of(*model))
    values[parameter.name] = parameter.value.value().clone();
  return values;
}

}  // namespace

TEST_CASE("models: any parts, fused in any way, give the columns that they promise", "[models][table]") {
  const std::vector<std::string> names{"gcn",
                                       "gir",
                                       "gcn+gir",
                                       "gir+gcn",
                                       "gcn+sage+gir",
                                       "gir+gir-dist+gcn",
                                       "mlp+gcn+gir+pgnn+random+free",
                                       "gat+gir-dist",
                                       "gcn+gir+lff",
                                       "sage+gaussian+raw",
                                       "gin+random",
                                       "kernel-attention",
                                       "gcn+kernel-attention",
                                       "kernel-attention+lff",
                                       "gat+kernel-attention+gaussian",
                                       "gcn+kernel-attention+gir",
                                       "gcn+sage+kernel-attention+gir"};
  for (const std::string& name : names) {
    for (const char* task : {"node", "link"}) {
      for (const char* fusion : {"late", "early", "score"}) {
        for (const char* read_out : {"anchors", "linear", "scalar", "structure"}) {
          INFO(name << " " << task << " " << fusion << " " << read_out);
          const auto model = make_model(config_of(name, task, fusion, read_out), extents, Rng(3));
          const Tensor rows = rows_of(*model);
          CHECK(rows.shape() == Shape{12, model->out_width()});
          if (std::string(task) == "node") CHECK(rows.columns() == 4);  // a column a class
        }
      }
    }
  }
}

TEST_CASE("models: the same for the same seed, another for another", "[models][table]") {
  for (const std::string_view name : model_names()) {
    INFO(name);
    const TrainConfig config = config_of(name, "node");
    CHECK(support::same_bits(rows_of(*make_model(config, extents, Rng(3))),
                             rows_of(*make_model(config, extents, Rng(3)))));
    CHECK(support::max_difference(rows_of(*make_model(config, extents, Rng(3))),
                                  rows_of(*make_model(config, extents, Rng(4)))) > 1e-3);
  }
}

TEST_CASE("models: a part starts from the same weights whatever stands beside it", "[models][table]") {
  // Else a control would differ from what it controls by more than what is replaced.
  for (const char* fusion : {"late", "score"}) {
    const auto with_paths = start_values(config_of("gcn+gir", "link", fusion));
    for (const char* other : {"gcn+gir-dist", "gcn+random", "gcn+free", "gcn+pgnn", "gcn+gir+sage"}) {
      const auto with_other = start_values(config_of(other, "link", fusion));
      INFO(other << " " << fusion);
      Index compared = 0;
      for (const auto& [name, value] : with_paths) {
        if (name.rfind("parts.1.", 0) != 0) continue;  // gcn: positions stand first
        REQUIRE(with_other.count(name) == 1);
        CHECK(support::same_bits(value, with_other.at(name)));
        ++compared;
      }
      CHECK(compared > 0);
    }
    const auto with_third = start_values(config_of("gcn+gir+sage", "link", fusion));
    for (const auto& [name, value] : with_paths) {
      if (name.rfind("parts.0.", 0) == 0) CHECK(support::same_bits(value, with_third.at(name)));
    }
  }
}

TEST_CASE("models: rows are scaled to length 1 for products alone: distances carry a scale", "[models][table]") {
  TrainConfig config = config_of("gir", "link", "late", "scalar");
  for (const char* score : {"dot", "distance"}) {
    config.score = score;
    const Tensor rows = rows_of(*make_model(config, extents, Rng(3)));
    double farthest = 0;
    for (Index u = 0; u < rows.rows(); ++u) {
      double squares = 0;
      for (const Real value : rows.row(u)) squares += static_cast<double>(value) * static_cast<double>(value);
      farthest = std::max(farthest, std::abs(squares - 1));
    }
    INFO(score);
    CHECK((farthest < 1e-5) == (std::string(score) == "dot"));
  }
}

TEST_CASE("models: layers with kernel-attention start as the layers alone, then hear all nodes",
          "[models][table][attention]") {
  for (const std::string layers : {"gcn", "gat", "sage", "gin", "mlp"}) {
    INFO(layers);
    TrainConfig alone = config_of(layers, "node");
    TrainConfig config = config_of(layers + "+kernel-attention", "node");
    const auto model = make_model(config, extents, Rng(3));
    const Tensor before = rows_of(*model);
    CHECK(support::same_bits(before, rows_of(*make_model(alone, extents, Rng(3)))));
    CHECK(support::same_bits(before,
                             rows_of(*make_model(config_of("kernel-attention+" + layers, "node"), extents, Rng(3)))));
    Index shares = 0;
    for (const NamedParameter& p : parameters_of(*model)) {
      if (!p.name.ends_with(".share")) continue;
      CHECK(p.kind == ParameterKind::bias);
      CHECK(p.value.value().item() == 0);
      p.value.mutable_value().fill(100);
      ++shares;
    }
    CHECK(shares == config.layers - 1);  // the first layer has no global half
    CHECK(support::max_difference(before, rows_of(*model)) > 1e-2);
  }
}

TEST_CASE("models: positions fused with attention are what it reads, by default", "[models][table][attention]") {
  for (const char* name : {"gcn+kernel-attention+gaussian", "kernel-attention+lff", "gcn+kernel-attention+gir"}) {
    INFO(name);
    const TrainConfig config = config_of(name, "node", default_config(name).fusion);
    const auto model = make_model(config, extents, Rng(3));
    bool reads = false;
    for (const NamedParameter& p : parameters_of(*model)) {
      if (!p.name.ends_with("layers.0.weight") && !p.name.ends_with("first.weight")) continue;
      reads = p.value.value().rows() == 2 * config.dim;  // features and positions, side by side
    }
    CHECK(reads);
  }
}

TEST_CASE("models: heads of attention that do not divide the width are refused", "[models][table][attention]") {
  for (const char* name : {"kernel-attention", "gcn+kernel-attention"}) {
    TrainConfig config = config_of(name, "node");
    config.heads = 3;
    INFO(name);
    CHECK_THROWS_AS(make_model(config, extents, Rng(3)), UsageError);
    CHECK_THROWS_WITH(make_model(config, extents, Rng(3)), Catch::Contains("3 heads divide, found 4"));
  }
}

TEST_CASE("models: gir-dist is gir with the paths by distance", "[models][table]") {
  TrainConfig config = config_of("gir", "link");
  config.paths = "distance";
  CHECK(support::same_bits(rows_of(*make_model(config, extents, Rng(3))),
                           rows_of(*make_model(config_of("gir-dist", "link"), extents, Rng(3)))));
}

TEST_CASE("models: unknown parts, missing parts and early fusion of one kind are refused", "[models][table]") {
  for (const char* name : {"gnc", "gcn+", "+gir", "gcn++gir", "gcn+gri", "", "gcn gir", "GIR"}) {
    INFO(name);
    TrainConfig config;
    config.model = name;
    CHECK_THROWS_WITH(make_model(config, extents, Rng(3)), Catch::Contains("gir-dist"));
    CHECK_THROWS_AS(make_model(config, extents, Rng(3)), UsageError);
  }
  for (const char* name : {"gcn+sage", "gir+gir-dist", "gcn+gat+gin", "random+free"}) {
    INFO(name);
    CHECK_THROWS_WITH(make_model(config_of(name, "link", "early"), extents, Rng(3)),
                      Catch::Contains("--fusion early") && Catch::Contains("gcn+gir"));
    CHECK_THROWS_AS(make_model(config_of(name, "link", "early"), extents, Rng(3)), UsageError);
  }
  CHECK_THROWS_AS(make_model(config_of("gcn+gir", "link", "middle"), extents, Rng(3)), UsageError);
  TrainConfig config = config_of("gir", "link");
  config.paths = "walks";
  CHECK_THROWS_WITH(make_model(config, extents, Rng(3)), Catch::Contains("siblings"));
}

TEST_CASE("models: positions wait behind layers that read features or ids, and behind no others", "[models][table]") {
  for (const char* features : {"given", "onehot", "constant", "degree", "random"}) {
    ModelExtents seen = extents;
    seen.features = features;
    const auto model = make_model(config_of("gcn+gir", "node"), seen, Rng(3));
    const auto parameters = parameters_of(*model);
    const bool waits = std::any_of(parameters.begin(), parameters.end(),
                                   [](const NamedParameter& p) { return p.name == "position_share"; });
    INFO(features);
    CHECK(waits == (std::string(features) == "given" || std::string(features) == "onehot"));
  }
}
