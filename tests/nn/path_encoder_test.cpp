#include "nn/path_encoder.h"

#include <cmath>

#include "graph/generate.h"
#include "nn/position_input.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

PositionInput position_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  return PositionInput(graph, {}, given_anchors(graph, {}, nodes));
}

Tensor evaluate(const PathEncoder& encoder, const PositionInput& position, const Tensor& x) {
  const WithoutGradients without_gradients;
  return encoder.forward(position, Variable::constant(x), Pass::evaluation()).value();
}

/// Every cell, aggregate, read-out and way of paths but a tree (drawn by the nodes' numbers) at least once, with and
/// without path counts, attributes and a layer on top.
std::vector<PathEncoderOptions> option_cases() {
  std::vector<PathEncoderOptions> cases;
  for (const char* cell : {"affine", "linear", "gated"}) {
    for (const char* read_out : {"anchors", "scalar", "structure"}) {
      cases.push_back({.width = 4, .out = 3, .cell = cell, .read_out = read_out});
    }
  }
  cases.push_back({.width = 4, .out = 3, .aggregate = "sum", .path_counts = false});
  cases.push_back({.width = 4, .out = 3, .aggregate = "scaled_sum", .attributes = false});
  cases.push_back({.width = 4, .out = 3, .aggregate = "max"});
  for (const char* paths : {"siblings", "wave", "indication", "indication_all", "distance"}) {
    cases.push_back({.width = 4, .out = 3, .paths = paths, .steps = 3});
    cases.push_back({.width = 4, .out = 3, .attributes = false, .read_out = "structure", .paths = paths, .steps = 2});
    cases.push_back({.width = 4, .out = 3, .read_out = "structure", .paths = paths, .steps = 1, .layers = 2});
  }
  cases.push_back({.width = 4, .out = 3, .read_out = "linear"});
  cases.push_back({.width = 4, .read_out = "scalar", .numbers = 2, .unit_rows = false});
  cases.push_back({.width = 4, .out = 3, .cell = "gated", .read_out = "scalar", .paths = "wave"});
  cases.push_back({.width = 4, .out = 3, .cell = "linear", .aggregate = "scaled_sum", .paths = "wave"});
  cases.push_back({.width = 4, .out = 3, .cell = "gated", .read_out = "scalar", .layers = 3});
  return cases;
}

}  // namespace

TEST_CASE("path encoder: relabeling the nodes relabels the rows of the result", "[nn][paths]") {
  Rng rng(9);
  const Graph graph = support::random_graph(40, 70, rng);
  const std::vector<NodeId> anchors{2, 11, 30};
  const Tensor x = support::random_tensor({40, 5}, rng);
  const std::vector<NodeId> new_id = support::shuffled_ids(40, rng);
  std::vector<NodeId> moved_anchors;
  for (const NodeId anchor : anchors) moved_anchors.push_back(new_id[static_cast<std::size_t>(anchor)]);
  for (const PathEncoderOptions& options : option_cases()) {
    Rng weights(4);
    const PathEncoder encoder(5, 3, options, weights);
    INFO(options.paths << " " << options.cell << " " << options.aggregate << " " << options.read_out);
    const Tensor plain = evaluate(encoder, position_of(graph, anchors), x);
    const Tensor moved =
        evaluate(encoder, position_of(relabeled(graph, new_id), moved_anchors), support::move_rows(x, new_id));
    const double tolerance =
        sizeof(Real) == sizeof(double) ? 1e-11 : 1e-3;  // sums over predecessors change their order
    CHECK(support::max_difference(moved, support::move_rows(plain, new_id)) < tolerance);
  }
}

TEST_CASE("path encoder: the structure read-out does not see the order of the anchors, the others do", "[nn][paths]") {
  Rng rng(6);
  const Graph graph = grid_graph(5, 6);
  const Tensor x = support::random_tensor({30, 2}, rng);
  for (const char* read_out : {"structure", "anchors", "scalar"}) {
    Rng weights(4);
    const PathEncoder encoder(2, 3, {.width = 8, .out = 4, .read_out = read_out}, weights);
    const double change = support::max_difference(evaluate(encoder, position_of(graph, {0, 8, 29}), x),
                                                  evaluate(encoder, position_of(graph, {29, 0, 8}), x));
    if (std::string(read_out) == "structure") {
      CHECK(change < 1e-4);  // a mean of three floats in another order
    } else {
      CHECK(change > 1e-2);
    }
  }
}

TEST_CASE("path encoder: nodes that message passing cannot tell apart get their own places", "[nn][paths]") {
  // Every node of a cycle has the same surroundings; two anchors off the axis of symmetry break it.
  const Graph graph = support::cycle(12);
  const Tensor ones({12, 1}, 1);
  Rng rng(3);
  const PathEncoder encoder(1, 2, {.width = 8, .out = 4}, rng);
  const Tensor z = evaluate(encoder, position_of(graph, {0, 1}), ones);
  for (Index u = 0; u < 12; ++u) {
    for (Index v = u + 1; v < 12; ++v) {
      double difference = 0;
      for (Index d = 0; d < 4; ++d) difference += std::abs(static_cast<double>(z.at(u, d) - z.at(v, d)));
      INFO(u << " and " << v);
      CHECK(difference > 1e-4);
    }
  }
}

TEST_CASE("path encoder: path counts tell apart what distances cannot", "[nn][paths]") {
  // From the corner 0 of a grid, (0, 2) and (1, 1) are both 2 hops away, by 1 path and by 2.
  const Graph graph = grid_graph(3, 3);
  const Tensor ones({9, 1}, 1);
  for (const bool counts : {true, false}) {
    Rng rng(3);
    const PathEncoder encoder(1, 1, {.width = 8, .out = 4, .path_counts = counts}, rng);
    const Tensor z = evaluate(encoder, position_of(graph, {0}), ones);
    double difference = 0;
    for (Index d = 0; d < 4; ++d) difference += std::abs(static_cast<double>(z.at(2, d) - z.at(4, d)));
    if (counts) {
      CHECK(difference > 1e-3);
    } else {
      CHECK(difference == 0);
    }
  }
}

TEST_CASE("path encoder: with paths by distance alone, nodes at equal distances have equal states", "[nn][paths]") {
  // From the corner 0 of a grid, (0, 2) and (1, 1) are 2 hops away, by 1 path and by 2.
  const Tensor ones({9, 1}, 1);
  for (const char* paths : {"all", "distance"}) {
    Rng rng(3);
    const PathEncoder encoder(1, 1, {.width = 8, .out = 4, .paths = paths}, rng);
    const Tensor z = evaluate(encoder, position_of(grid_graph(3, 3), {0}), ones);
    const auto change = [&](Index u, Index v) {
      double difference = 0;
      for (Index d = 0; d < 4; ++d) difference += std::abs(static_cast<double>(z.at(u, d) - z.at(v, d)));
      return difference;
    };
    INFO(paths);
    CHECK((change(2, 4) == 0) == (std::string(paths) == "distance"));
    CHECK(change(1, 2) > 1e-4);
  }
}

TEST_CASE("path encoder: gradients of all parameters agree with central differences", "[nn][paths][gradients]") {
  if (sizeof(Real) != sizeof(double)) return;  // kinks stand within the step that float needs; dev is double
  Rng rng(8);
  const Graph graph = support::random_graph(8, 9, rng);
  const auto position = position_of(graph, {1, 5});
  const Tensor x = support::off_zero({8, 2}, 3);
  for (const PathEncoderOptions& options : option_cases()) {
    Rng weights(4);
    const PathEncoder encoder(2, 2, options, weights);
    INFO(options.paths << " " << options.cell << " " << options.aggregate << " " << options.read_out);
    support::check_parameters(support::moved_parameters(encoder),
                              [&] { return encoder.forward(position, Variable::constant(x), Pass::evaluation()); });
  }
}

TEST_CASE("path encoder: values and gradients have the same bits for any number of threads", "[nn][paths]") {
  Rng rng(2);
  const Graph graph = support::random_graph(1200, 2500, rng);
  const PositionInput position = position_of(graph, {3, 500, 1100});
  const Tensor x = support::random_tensor({1200, 5}, rng);
  std::vector<PathEncoderOptions> cases = option_cases();
  cases.push_back({.paths = "tree"});
  for (PathEncoderOptions& options : cases) {
    options.dropout = Real(0.3);
    Rng weights(4);
    const PathEncoder encoder(5, 3, options, weights);
    const std::vector<NamedParameter> parameters = parameters_of(encoder);
    const auto run = [&](int threads) {
      const support::Threads scope(threads);
      clear_gradients(parameters);
      const Variable z = encoder.forward(position, Variable::constant(x), Pass::training(1, 1));
      backward(sum(square(z)));
      std::vector<Tensor> found{z.value()};
      for (const NamedParameter& parameter : parameters) found.push_back(parameter.value.grad());
      return found;
    };
    const std::vector<Tensor> alone = run(1);
    const std::vector<Tensor> together = run(3);
    INFO(options.paths << " " << options.cell << " " << options.aggregate << " " << options.read_out);
    for (std::size_t k = 0; k < alone.size(); ++k) {
      REQUIRE(alone[k].defined());
      CHECK(support::same_bits(alone[k], together[k]));
    }
  }
}

/// The result of a training pass and all gradients behind the sum of its squares.
std::vector<Tensor> pass_and_gradients(const PositionInput& position, const PathEncoderOptions& options,
                                       const Tensor& x) {
  Rng weights(4);
  const PathEncoder encoder(x.columns(), position.slot_count(), options, weights);
  const Variable e = Variable::parameter(x);
  const Variable z = encoder.forward(position, e, Pass::training(1, 1));
  backward(sum(square(z)));
  std::vector<Tensor> found{z.value(), e.grad()};
  for (const NamedParameter& parameter : parameters_of(encoder)) found.push_back(parameter.value.grad());
  return found;
}

/// By no more than sums of some hundred terms differ in another order.
void check_rounding_alone(const std::vector<Tensor>& found, const std::vector<Tensor>& expected,
                          const PathEncoderOptions& options) {
  for (std::size_t k = 0; k < expected.size(); ++k) {
    INFO(options.paths << " " << options.cell << " " << options.read_out << ", tensor " << k);
    REQUIRE(found[k].shape() == expected[k].shape());
    double largest = 1;
    for (const Real value : expected[k].values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
    CHECK(support::max_difference(found[k], expected[k]) / largest < (sizeof(Real) == sizeof(double) ? 1e-12 : 2e-4));
  }
}

TEST_CASE("path encoder: slices of slots change values and gradients by rounding alone", "[nn][paths]") {
  Rng rng(3);
  const Graph undirected = support::random_graph(40, 50, rng);
  const Graph directed = support::random_graph(40, 90, rng, {.directed = true});
  const AnchorSet sets{{{0}, {3, 9, 17}, {5}, {20, 39}, {8}}, {}};
  const Tensor x = support::random_tensor({40, 3}, rng);
  std::vector<PathEncoderOptions> cases = option_cases();
  cases.push_back({.width = 4, .out = 3, .paths = "tree"});
  for (PathEncoderOptions& options : cases) {
    options.dropout = Real(0.3);
    for (const Graph& graph : {undirected, directed}) {
      const auto run = [&](Index slots_at_once) {
        return pass_and_gradients({graph, {}, sets, {.from = true, .towards = true, .slots_at_once = slots_at_once}},
                                  options, x);
      };
      const std::vector<Tensor> whole = run(0);
      for (const Index slots_at_once : {1, 2, 5, 7}) check_rounding_alone(run(slots_at_once), whole, options);
    }
  }
}

TEST_CASE("path encoder: as many slots go at once as a cache holds states of", "[nn][paths]") {
  constexpr Index kib = 1024 / static_cast<Index>(sizeof(Real));
  CHECK(slots_in_cache(1024, 16, kib) == 4);  // a MiB a slot
  CHECK(slots_in_cache(1024, 4, kib) == 0);   // all
  CHECK(slots_in_cache(4096, 16, kib) == 1);
  CHECK(slots_in_cache(4097, 16, kib) == 0);  // not one: nothing is gained
}

TEST_CASE("path encoder: slices that a cache holds change values and gradients by rounding alone", "[nn][paths]") {
  Rng rng(5);
  const Graph graph = support::random_graph(6000, 9000, rng);
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{3, 50, 120, 999, 5000});
  const Tensor x = support::random_tensor({6000, 3}, rng);
  for (const char* const read_out : {"anchors", "scalar", "structure"}) {
    const PathEncoderOptions options{.width = 64, .out = 3, .read_out = read_out, .layers = 2};
    REQUIRE(slots_in_cache(6000, 5, 64) > 0);
    REQUIRE(slots_in_cache(6000, 5, 64) < 4);
    check_rounding_alone(pass_and_gradients({graph, {}, anchors}, options, x),
                         pass_and_gradients({graph, {}, anchors, {.slots_at_once = 4}}, options, x), options);
  }
}

TEST_CASE("path encoder: slices are plans of their own, made once", "[nn][paths]") {
  const PositionInput position(grid_graph(4, 4), {}, AnchorSet{{{0}, {3}, {5}, {9}, {15}}, {}}, {.slots_at_once = 2});
  const std::vector<PositionInput> slices = position.slices(2);
  REQUIRE(slices.size() == 3);
  CHECK(slices[1].anchors().groups == std::vector<std::vector<NodeId>>{{5}, {9}});
  CHECK(slices[2].slot_count() == 1);
  CHECK(slices[1].paths() == position.slices(2)[1].paths());
  CHECK_THROWS_AS(PositionInput(grid_graph(2, 2), {}, AnchorSet{{{0}}, {}}, {.slots_at_once = -1}), UsageError);
}

TEST_CASE("path encoder: planned bytes are those that states and plan take", "[nn][paths]") {
  Rng rng(3);
  const Graph graph = support::random_graph(300, 500, rng);
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{3, 50, 120});
  const PathItems items = shortest_path_items(graph, anchors);
  const PathBytes paths{.items = items.item_count(), .dag_arcs = static_cast<Index>(items.lists.predecessors.size())};
  const auto plan = PositionInput(graph, {}, anchors).paths();
  const auto bytes = [](const auto& values) { return static_cast<Index>(values.size() * sizeof(values[0])); };
  const Index held = bytes(plan->rows) + bytes(plan->channel) + bytes(plan->predecessor_offsets) +
                     bytes(plan->predecessors) + bytes(plan->successor_offsets) + bytes(plan->successors) +
                     bytes(plan->unreached);
  const PathEncoderBytes planned = planned_bytes(300, 3, 8, paths);
  CHECK(planned.plan == held - 16);  // two lists of offsets have one more than items
  CHECK(planned.states == 300 * 3 * 8 * static_cast<Index>(sizeof(Real)));
  CHECK(planned.total == planned.plan + 2 * planned.states);
  CHECK(planned_bytes(300, 3, 8, paths, 1).states * 3 == planned.states);
}

TEST_CASE("path encoder: names of the options are checked, and so are plan and rows", "[nn][paths]") {
  Rng rng(1);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.cell = "lstm"}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.aggregate = "median"}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.read_out = "none"}, rng), UsageError);
  CHECK_THROWS_WITH(PathEncoder(2, 2, {.paths = "walks"}, rng), Catch::Contains("indication_all"));
  CHECK_THROWS_AS(PathEncoder(2, 2, {.paths = "walks"}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.paths = "wave", .steps = 0}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.paths = "indication", .steps = 0}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.aggregate = "max", .paths = "wave"}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.layers = 0}, rng), UsageError);
  CHECK_THROWS_AS(PathEncoder(2, 2, {.dropout = 1}, rng), UsageError);
  const PathEncoder encoder(2, 2, {}, rng);
  CHECK_THROWS_AS(evaluate(encoder, position_of(support::path(5), {0, 1, 2}), Tensor({5, 2})), ShapeError);
  CHECK_THROWS_AS(evaluate(encoder, position_of(support::path(5), {0, 1}), Tensor({4, 2})), ShapeError);
}
