#include "models/node_batches.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/defaults.h"
#include "models/layer_stack.h"
#include "models/models.h"
#include "models/tasks/node_classification.h"
#include "nn/layers.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/layers.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

constexpr Index nodes = 40;
constexpr double rounding = sizeof(Real) == sizeof(double) ? 1e-12 : 1e-5;  // sums in another order

/// Directed, weighted, with a self-loop.
Graph some_graph() {
  Rng rng(31);
  return support::random_graph(nodes, 160, rng, {.directed = true, .weighted = true});
}

Tensor some_features() {
  Rng rng(32);
  return support::thinned(support::random_tensor(Shape{nodes, 6}, rng));
}

struct StackCase {
  std::string label;
  LayerStackOptions options;
};

/// Every kind of layer, and whatever else a stack may be made of.
std::vector<StackCase> stack_cases() {
  std::vector<StackCase> cases;
  const LayerStackOptions plain{.in = 6, .hidden = 6, .out = 3};
  for (const std::string_view layer : layer_names()) {
    cases.push_back({std::string(layer), plain});
    cases.back().options.layer = std::string(layer);
    if (layer == "gat") cases.back().options.heads = cases.back().options.output_heads = 2;
  }
  cases.push_back({"several kinds, residual", plain});
  cases.back().options.kinds = {"sage", "linear", "skip", "gat", "gcn"};
  cases.back().options.residual = true;
  cases.push_back({"rows of all layers, norms", plain});
  cases.back().options.kinds = {"gcn", "gin", "sage"};
  cases.back().options.all_layers = true;
  cases.back().options.norm = "layer";
  return cases;
}

NodeBatches batches_of(const Model& model, std::vector<NodeId> of, Index size, std::vector<Index> fan_outs) {
  return {*model.batch_form(), of, {.size = size, .fan_outs = std::move(fan_outs), .seed = 5}};
}

std::vector<Tensor> gradients(const Module& module, const Variable& loss) {
  backward(loss);
  std::vector<Tensor> found;
  for (const NamedParameter& parameter : parameters_of(module)) {
    if (parameter.kind == ParameterKind::buffer) continue;
    found.push_back(parameter.value.grad().clone());
    parameter.value.clear_gradient();
  }
  return found;
}

}  // namespace

TEST_CASE("node batches: with all neighbors a batch is embedded as in the whole graph", "[models][batches]") {
  const std::vector<NodeId> batch{17, 3, 0, 39, 21};
  for (const bool sparse : {false, true}) {
    const ModelInput whole(sparse ? Input(support::to_sparse(some_features())) : Variable::constant(some_features()),
                           some_graph());
    for (const StackCase& c : stack_cases()) {
      INFO(c.label << (sparse ? ", sparse" : ", dense"));
      const LayerStack model(c.options, Rng(6));
      const WithoutGradients without_gradients;
      const Tensor all = model.embed(whole, Pass::evaluation()).value();
      const ModelInput input = batches_of(model, batch, 5, {0}).input(whole, batch, 0);
      const Tensor found = model.embed(input, Pass::evaluation()).value();
      REQUIRE(found.rows() == 5);
      Tensor expected(found.shape());
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto row = all.row(batch[i]);
        std::copy(row.begin(), row.end(), expected.row(static_cast<Index>(i)).begin());
      }
      CHECK(support::max_difference(found, expected) < rounding);
      const ModelInput drawn = batches_of(model, batch, 5, {1}).input(whole, batch, 0);
      const bool looks_around = c.label != "linear";
      CHECK((support::max_difference(model.embed(drawn, Pass::evaluation()).value(), expected) > 1e-3) == looks_around);
    }
  }
}

TEST_CASE("node batches: a batch of all training nodes with all neighbors has the gradient of the whole",
          "[models][batches]") {
  Rng rng(33);
  const ModelInput whole(Variable::constant(some_features()), some_graph());
  std::vector<std::int32_t> labels(nodes);
  for (auto& label : labels) label = static_cast<std::int32_t>(rng.below(3));
  Split split;
  for (NodeId u = 1; u < nodes; u += 2) split.train.push_back(u);
  const NodeClassification task(labels, 3, split);
  for (const StackCase& c : stack_cases()) {
    INFO(c.label);
    const LayerStack model(c.options, Rng(6));
    const Pass pass = Pass::training(1, 1);
    const std::vector<Tensor> expected = gradients(model, task.loss(model.embed(whole, pass), pass));
    NodeBatches batches = batches_of(model, split.train, nodes, {0});
    const auto batch = batches.nodes(3, 0);
    REQUIRE(batch.size() == split.train.size());
    const std::vector<Tensor> found =
        gradients(model, task.batch_loss(model.embed(batches.input(whole, batch, 3), pass), batch, pass));
    REQUIRE(found.size() == expected.size());
    for (std::size_t p = 0; p < found.size(); ++p) CHECK(support::max_difference(found[p], expected[p]) < rounding);
  }
}

namespace {

/// Layers and paths as one model, each way in which that can be cut.
struct FusedCase {
  std::string model;
  std::string fusion;
};

std::unique_ptr<Model> fused_model(const FusedCase& c, Index slots) {
  TrainConfig config = default_config(c.model);
  config.fusion = c.fusion;
  config.hidden = config.dim = config.path_width = 5;
  config.dropout = config.attention_dropout = 0;
  auto model = make_model(config, {.in = 6, .out = 3, .nodes = nodes, .slots = slots}, Rng(6));
  for (const NamedParameter& parameter : parameters_of(*model)) {
    if (parameter.name.find("share") != std::string::npos)
      parameter.value.mutable_value().fill(30);  // 0: no paths heard
  }
  return model;
}

}  // namespace

TEST_CASE("node batches: with all neighbors and predecessors a fused model has the rows and the gradient of the whole",
          "[models][batches][paths]") {
  const Graph graph = some_graph();
  const std::vector<NodeId> anchors{1, 9, 20};
  const ModelInput whole = ModelInput(Variable::constant(some_features()), graph)
                               .with_position(PositionInput(graph, {}, given_anchors(graph, {}, anchors)));
  std::vector<std::int32_t> labels(nodes);
  for (std::size_t u = 0; u < labels.size(); ++u) labels[u] = static_cast<std::int32_t>(u % 3);
  const NodeClassification task(labels, 3, {.train = {2, 5, 8, 11, 14, 30}, .validation = {}, .test = {}});
  for (const FusedCase& c : {FusedCase{"gir", "late"},
                             {"gcn+gir", "late"},
                             {"gcn+mlp+gir", "sum"},
                             {"sage+gir+gat", "score"},
                             {"gcn+sage", "late"}}) {
    INFO(c.model << ", " << c.fusion);
    const auto model = fused_model(c, 3);
    const Pass pass = Pass::training(1, 1);
    const std::vector<Tensor> expected = gradients(*model, task.loss(model->embed(whole, pass), pass));
    REQUIRE(model->batch_form());
    NodeBatches batches(*model->batch_form(), task.nodes(Part::train), {.size = nodes, .fan_outs = {0}});
    const auto batch = batches.nodes(0, 0);
    const ModelInput input = batches.input(whole, batch, 0);
    CHECK(input.row_count() == 6);
    const std::vector<Tensor> found = gradients(*model, task.batch_loss(model->embed(input, pass), batch, pass));
    REQUIRE(found.size() == expected.size());
    for (std::size_t p = 0; p < found.size(); ++p) {
      CHECK(support::max_difference(found[p], expected[p]) < 10 * rounding);
    }
  }
  CHECK_FALSE(fused_model({"gcn+gir", "early"}, 3)->batch_form());
}

TEST_CASE("node batches: paths are drawn anew in every epoch, as often as asked for", "[models][batches][paths]") {
  std::vector<Edge> edges;  // node 0, thirty nodes tied to it and to node 31
  Tensor ids(Shape{32, 1});
  for (NodeId w = 1; w <= 30; ++w) {
    edges.push_back({0, w});
    edges.push_back({w, 31});
  }
  for (Index u = 0; u < 32; ++u) ids.at(u, 0) = static_cast<Real>(u);
  const Graph graph = Graph::from_edges(32, edges);
  const ModelInput whole =
      ModelInput(Variable::constant(ids), graph)
          .with_position(PositionInput(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{0})));
  const std::vector<NodeId> batch{31};
  NodeBatches batches({.blocks = {}, .paths = true, .parts = {}}, batch,
                      {.size = 1, .fan_outs = {1}, .path_fan_out = 4, .seed = 3});
  const auto drawn = [&](Index epoch) {
    const ModelInput input = batches.input(whole, batch, epoch);
    CHECK(input.node_count() == 1 + 4 + 1);
    CHECK(input.row_count() == 1);
    const auto values = std::get<Variable>(input.features()).value().values();
    return std::vector<Real>(values.begin(), values.end());
  };
  std::set<std::vector<Real>> found;
  for (Index epoch = 0; epoch < 4; ++epoch) found.insert(drawn(epoch));
  CHECK(found.size() == 4);
  CHECK(drawn(2) == drawn(2));
}

TEST_CASE("node batches: an evaluation by batches gives the rows of the whole, and zeros where none is judged",
          "[models][batches][paths]") {
  const Graph graph = some_graph();
  const std::vector<NodeId> anchors{1, 9, 20};
  const ModelInput whole = ModelInput(Variable::constant(some_features()), graph)
                               .with_position(PositionInput(graph, {}, given_anchors(graph, {}, anchors)));
  const WithoutGradients without_gradients;
  for (const char* name : {"gir", "gcn+gir"}) {
    INFO(name);
    const auto model = fused_model({name, "late"}, 3);
    const auto rows = [&](const ModelInput& input) { return model->embed(input, Pass::evaluation()).value(); };
    const Tensor expected = rows(whole);
    const ModelInput cut = whole.with_path_batches({.size = 7});
    CHECK(support::max_difference(rows(cut), expected) < 10 * rounding);
    const std::vector<NodeId> judged{3, 38, 17};
    const Tensor some = rows(cut.judged_at(judged));
    for (const NodeId u : judged) {
      for (Index c = 0; c < 3; ++c) CHECK(some.at(u, c) == rows(cut).at(u, c));
    }
    CHECK(support::max_difference(some, expected) > 1e-3);
    const Tensor drawn = rows(whole.with_path_batches({.size = 7, .fan_out = 1}));
    CHECK(support::max_difference(drawn, expected) > 1e-3);
    CHECK(support::same_bits(drawn, rows(whole.with_path_batches({.size = 7, .fan_out = 1}))));
  }
  CHECK_THROWS_AS(whole.with_path_batches({.size = 0}), UsageError);
}

TEST_CASE("node batches: an epoch's batches hold every node once, in an order that each epoch draws anew",
          "[models][batches]") {
  std::vector<NodeId> of;
  for (NodeId u = 0; u < 23; ++u) of.push_back(static_cast<NodeId>(3 * u));
  NodeBatches batches({}, of, {.size = 5, .fan_outs = {2}, .seed = 7});
  REQUIRE(batches.count() == 5);
  std::vector<NodeId> first;
  std::vector<NodeId> second;
  double shares = 0;
  for (Index b = 0; b < 5; ++b) {
    for (const NodeId u : batches.nodes(0, b)) first.push_back(u);
    CHECK(batches.nodes(0, b).size() == (b < 4 ? 5 : 3));
    shares += batches.share(b);
  }
  for (Index b = 0; b < 5; ++b) {
    for (const NodeId u : batches.nodes(1, b)) second.push_back(u);
  }
  CHECK(shares == Approx(1));
  CHECK(first != second);
  NodeBatches again({}, of, {.size = 5, .fan_outs = {2}, .seed = 7});
  const auto late = again.nodes(1, 2);  // asked for alone, as after a resumption
  CHECK(std::equal(late.begin(), late.end(), second.begin() + 10));
  for (auto* epoch : {&first, &second}) {
    std::sort(epoch->begin(), epoch->end());
    CHECK(*epoch == of);
  }
}

TEST_CASE("node batches: hops are drawn from the batch outward, anew in every epoch", "[models][batches]") {
  const ModelInput whole(Variable::constant(Tensor(Shape{30, 1}, 1)), support::complete(30));
  const std::vector<NodeId> batch{4, 8};
  NodeBatches batches({.blocks = {Normalization::sum, Normalization::mean}}, batch,
                      {.size = 2, .fan_outs = {3, 7}, .seed = 1});
  const ModelInput input = batches.input(whole, batch, 0);
  const Propagation& last = input.propagation(Normalization::mean, 1);
  const Propagation& first = input.propagation(Normalization::sum, 0);
  CHECK(last.target_count() == 2);
  CHECK(last.arc_count() == 2 * 3);
  CHECK(first.target_count() == last.source_count());
  CHECK(first.arc_count() == 7 * first.target_count());
  CHECK(input.node_count() == first.source_count());
  CHECK(input.row_count() == 2);
  std::set<std::vector<NodeId>> rows;
  for (Index epoch = 0; epoch < 4; ++epoch) {
    const ModelInput drawn = batches.input(whole, batch, epoch);
    const auto sources = drawn.propagation(Normalization::sum, 0).sources();
    rows.insert({sources.begin(), sources.end()});
  }
  CHECK(rows.size() == 4);
}

TEST_CASE("node batches: what does not fit is refused", "[models][batches]") {
  const std::vector<NodeId> of{1, 2};
  const BatchForm two{.blocks = {Normalization::sum, Normalization::sum}};
  CHECK_THROWS_AS(NodeBatches(two, of, {.size = 0, .fan_outs = {1}}), UsageError);
  CHECK_THROWS_AS(NodeBatches(two, of, {.size = 1, .fan_outs = {1, 2, 3}}), UsageError);
  CHECK_THROWS_AS(NodeBatches(two, of, {.size = 1, .fan_outs = {}}), UsageError);

  const Variable x = Variable::constant(Tensor(Shape{4, 1}, 1));
  const auto block = [](Index sources, Index targets) {
    return Propagation(sources, targets, std::vector<EdgeId>(static_cast<std::size_t>(targets) + 1, 0), {}, {});
  };
  CHECK_NOTHROW(ModelInput::of_batch(x, 2, {block(4, 3), block(3, 2)}));
  CHECK_THROWS_AS(ModelInput::of_batch(x, 2, {block(4, 3), block(4, 2)}), ShapeError);
  CHECK_THROWS_AS(ModelInput::of_batch(x, 1, {block(4, 3), block(3, 2)}), ShapeError);
  CHECK_THROWS_AS(ModelInput::of_batch(x, 5, {block(4, 5)}), ShapeError);
  CHECK_THROWS_AS(ModelInput::of_parts({ModelInput::of_batch(x, 4, {}), ModelInput::of_batch(x, 3, {block(4, 3)})}),
                  ShapeError);
  CHECK_THROWS_AS(ModelInput::of_parts({}), ShapeError);
  CHECK_THROWS_AS(ModelInput::of_parts({ModelInput::of_batch(x, 4, {})}).part(1), ShapeError);
  const ModelInput input = ModelInput::of_batch(x, 3, {block(4, 3)});
  CHECK_THROWS_AS(input.propagation(Normalization::sum), ShapeError);
  CHECK_THROWS_AS(input.propagation(Normalization::sum, 1), ShapeError);
}
