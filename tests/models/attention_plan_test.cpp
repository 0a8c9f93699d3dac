#include "models/attention_plan.h"

#include <string>
#include <vector>

#include "core/error.h"
#include "data/synthetic.h"
#include "graph/generate.h"
#include "models/defaults.h"
#include "models/prepare.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

Dataset dataset_of(const std::string& spec) { return make_synthetic(spec, 1); }

Dataset dataset_of(Graph graph) {
  Dataset dataset;
  dataset.name = "drawn";
  dataset.ids = IdMap::range(graph.node_count());
  dataset.graph = std::move(graph);
  return dataset;
}

TrainConfig config_of(const std::string& op, Index offsets = 2) {
  TrainConfig config = default_config("kernel-attention");
  config.attention_operator = op;
  config.attention_offsets = offsets;
  config.attention_powers = 3;
  return config;
}

AttentionInput prepared(const TrainConfig& config, const Dataset& dataset) {
  const ModelInput input(Variable::constant(Tensor(Shape{dataset.node_count(), 1}, 1)), dataset.graph);
  return prepare_attention(config, dataset, input);
}

/// M where bias p is log(p + 1), scaled so that the bias of `largest` would give 1: p + 1 can be read off.
Tensor numbered(const TrainConfig& config, const Dataset& dataset) {
  const AttentionInput input = prepared(config, dataset);
  const Shape shape{input.op->bias_count()};
  Tensor biases(shape);
  for (Index p = 0; p < biases.size(); ++p) biases.data()[p] = std::log(static_cast<Real>(p + 1));
  Tensor m = input.op->to_dense(biases.values());
  for (Real& value : m.values()) value *= static_cast<Real>(biases.size());
  return m;
}

}  // namespace

TEST_CASE("attention: the operator is that of the shape that every graph of a dataset has", "[models][attention]") {
  const auto settled = [](const std::string& spec) { return settled_operator(config_of("auto"), dataset_of(spec)); };
  CHECK(settled("path:6") == "path");
  CHECK(settled("path:6+path:9") == "path");
  CHECK(settled("cycle:6+cycle:5") == "cycle");
  CHECK(settled("grid:3x4") == "grid");
  CHECK(settled("grid:3x4+grid:5x2") == "grid");
  CHECK(settled("path:6+cycle:5") == "polynomial");
  CHECK(settled("grid:3x4+path:5") == "polynomial");  // other numbers of axes have other biases
  CHECK(settled("karate") == "polynomial");
  TrainConfig links = config_of("auto");
  links.task = "link";  // the path has lost edges, and which is not to be told
  CHECK(settled_operator(links, dataset_of("path:6")) == "polynomial");
  CHECK(settled_operator(config_of("heat"), dataset_of("path:6")) == "heat");
  TrainConfig shaped = config_of("auto");
  shaped.attention_shape = "2x3";
  CHECK(settled_operator(shaped, dataset_of("path:6")) == "grid");
}

TEST_CASE("attention: biases are one for each clipped offset, step or hop", "[models][attention]") {
  const auto biases = [](const std::string& op, const std::string& spec) {
    return prepared(config_of(op), dataset_of(spec)).op->bias_count();
  };
  CHECK(biases("uniform", "karate") == 0);
  CHECK(biases("sequence", "karate") == 5);
  CHECK(biases("path", "path:9") == 5);
  CHECK(biases("cycle", "cycle:9") == 5);
  CHECK(biases("grid", "grid:3x4") == 25);
  CHECK(biases("polynomial", "karate") == 4);
  CHECK(biases("heat", "karate") == 1);
  CHECK(biases("hops", "karate") == 4);  // 0, 1, 2 and farther, no way
}

TEST_CASE("attention: biases of places and hops point, steps of a walk and heat spread", "[models][attention]") {
  const auto points = [](const std::string& op, const std::string& spec) {
    return prepared(config_of(op), dataset_of(spec)).op->points();
  };
  for (const char* op : {"sequence", "path", "hops"}) CHECK(points(op, "path:9"));
  CHECK(points("cycle", "cycle:9"));
  CHECK(points("grid", "grid:3x4"));
  for (const char* op : {"uniform", "polynomial", "heat"}) CHECK_FALSE(points(op, "path:9"));
}

TEST_CASE("attention: offsets run along paths, rings and ids, whatever the ids of the nodes are",
          "[models][attention]") {
  // 2 - 0 - 3 - 1: the path begins at 1, the end of the lower id.
  const Graph path = Graph::from_edges(4, std::vector<Edge>{{2, 0}, {0, 3}, {3, 1}});
  const Tensor along = numbered(config_of("path"), dataset_of(path));
  // Bias p is that of offset p - 2, so p + 1 = offset + 3.
  CHECK(along.at(1, 1) == Approx(3));
  CHECK(along.at(1, 3) == Approx(4));
  CHECK(along.at(1, 0) == Approx(5));
  CHECK(along.at(1, 2) == Approx(5));  // 3 places on, clipped
  CHECK(along.at(2, 1) == Approx(1));
  CHECK(along.at(0, 3) == Approx(2));
  const Tensor by_id = numbered(config_of("sequence"), dataset_of(path));
  CHECK(by_id.at(0, 1) == Approx(4));
  CHECK(by_id.at(3, 2) == Approx(2));
  TrainConfig causal = config_of("path");
  causal.attention_causal = true;
  const Tensor before = numbered(causal, dataset_of(path));
  CHECK(before.at(3, 1) == Approx(2));
  CHECK(before.at(1, 3) == 0);
  const Tensor around = numbered(config_of("cycle"), dataset_of(cycle_graph(5)));
  CHECK(around.at(0, 4) == Approx(2));
  CHECK(around.at(4, 0) == Approx(4));
  CHECK(around.at(0, 3) == Approx(1));
}

TEST_CASE("attention: grids have an offset an axis, by their edges or by the shape that is given",
          "[models][attention]") {
  const Tensor by_edges = numbered(config_of("grid", 1), dataset_of(grid_graph(3, 4)));
  // Bias (r + 1) * 3 + (c + 1) of the offset (r, c): p + 1 can be read off.
  CHECK(by_edges.at(0, 0) == Approx(5));
  CHECK(by_edges.at(0, 1) == Approx(6));
  CHECK(by_edges.at(0, 4) == Approx(8));
  CHECK(by_edges.at(5, 0) == Approx(1));
  CHECK(by_edges.at(5, 2) == Approx(3));
  TrainConfig config = config_of("grid", 1);
  config.attention_shape = "3x4";
  CHECK(support::same_bits(numbered(config, dataset_of(Graph::from_edges(12, std::vector<Edge>{}))), by_edges));
}

TEST_CASE("attention: hops tell nodes that no way joins from far ones, and graphs never mix", "[models][attention]") {
  const Tensor m =
      numbered(config_of("hops"), dataset_of(Graph::from_edges(5, std::vector<Edge>{{0, 1}, {1, 2}, {2, 3}})));
  CHECK(m.at(0, 0) == Approx(1));
  CHECK(m.at(0, 1) == Approx(2));
  CHECK(m.at(3, 0) == Approx(3));
  CHECK(m.at(0, 4) == Approx(4));
  for (const char* op : {"uniform", "sequence", "polynomial", "heat", "hops"}) {
    const Dataset two = dataset_of("cycle:4+karate");
    const AttentionInput input = prepared(config_of(op), two);
    const Tensor dense = input.op->to_dense(Tensor(Shape{input.op->bias_count()}).values());
    INFO(op);
    CHECK(input.graph_of_node == two.graph_of_node);
    CHECK(dense.at(0, 4) == 0);
    CHECK(dense.at(37, 3) == 0);
    CHECK(dense.at(0, 2) > 0);
  }
}

TEST_CASE("attention: a graph without the order that is asked for is refused where it shows", "[models][attention]") {
  const auto refused = [](const std::string& op, const Dataset& dataset) {
    try {
      prepared(config_of(op), dataset);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  CHECK(refused("path", dataset_of(support::star(4))) ==
        "drawn: --attention-operator path: node '0': expected at most 2 neighbors, found 3");
  CHECK_THAT(refused("cycle", dataset_of("cycle:5+path:4")),
             Catch::Contains("node '1/0' of the graph 'path:4'") && Catch::Contains("expected 2 neighbors, found 1"));
  CHECK_THAT(refused("grid", dataset_of("karate")), Catch::Contains("expected neighbors one step along each axis"));
  CHECK_THAT(refused("grid", dataset_of("grid:3x4+path:4")), Catch::Contains("expected a grid of 2 axes"));
  CHECK_THAT(refused("cycle", dataset_of("path:2")), Catch::Contains("expected a cycle of at least 3 nodes, found 2"));
  Dataset weighted = dataset_of(Graph::from_edges(2, std::vector<Edge>{{0, 1, -1}}, {.weighted = true}));
  for (const char* op : {"polynomial", "heat"}) {
    CHECK_THAT(refused(op, weighted), Catch::Contains(std::string("--attention-operator ") + op));
  }
}

TEST_CASE("attention: options that make no sense or do not go together are refused", "[models][attention]") {
  const auto usage = [](auto change, const std::string& op = "auto", const std::string& spec = "path:6") {
    TrainConfig config = config_of(op);
    change(config);
    try {
      check_config(config);
      prepared(config, dataset_of(spec));
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const auto nothing = [](TrainConfig&) {};
  CHECK(usage(nothing) == "nothing");
  for (const Index offsets : {0, -3, 65001}) {
    CHECK_THAT(usage([&](TrainConfig& c) { c.attention_offsets = offsets; }), Catch::Contains("--attention-offsets"));
  }
  CHECK_THAT(usage([](TrainConfig& c) { c.heads = 0; }), Catch::Contains("--heads"));
  CHECK_THAT(usage([](TrainConfig& c) { c.attention_features = 0; }), Catch::Contains("--attention-features"));
  CHECK_THAT(usage([](TrainConfig& c) { c.attention_powers = -1; }), Catch::Contains("--attention-powers"));
  CHECK_THAT(usage(nothing, "paths"), Catch::Contains("polynomial"));
  CHECK_THAT(usage([](TrainConfig& c) { c.attention_map = "cosine"; }), Catch::Contains("trigonometric"));
  for (const char* shape : {"x", "7x", "x7", "7x0", "-7x2", "7 x 2", "7x2x", "seven", "99999999999x2"}) {
    INFO(shape);
    CHECK_THAT(usage([&](TrainConfig& c) { c.attention_shape = shape; }), Catch::Contains("--attention-shape"));
  }
  for (const char* shape : {"7x11", "2x2", "2000000000x2000000000x2000000000"}) {
    INFO(shape);
    CHECK_THAT(usage([&](TrainConfig& c) { c.attention_shape = shape; }),
               Catch::Contains("--attention-shape " + std::string(shape)) && Catch::Contains("found 6"));
  }
  CHECK(usage([](TrainConfig& c) { c.attention_shape = "2x3"; }) == "nothing");
  CHECK_THAT(usage([](TrainConfig& c) { c.attention_shape = "2x3"; }, "hops"), Catch::Contains("grid, found hops"));
  CHECK(usage([](TrainConfig& c) { c.attention_causal = true; }) == "nothing");
  CHECK_THAT(usage([](TrainConfig& c) { c.attention_causal = true; }, "auto", "cycle:6"),
             Catch::Contains("--attention-causal") && Catch::Contains("found cycle"));
  CHECK_THAT(usage(nothing, "hops", "path:9000"), Catch::Contains("at most 8192 nodes") && Catch::Contains("9000"));
}
