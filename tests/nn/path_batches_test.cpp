#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "graph/generate.h"
#include "nn/path_encoder.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

// The path encoder over the drawn paths of a batch.

using namespace cairn;

namespace {

constexpr Index nodes = 60;
constexpr double rounding = sizeof(Real) == sizeof(double) ? 1e-11 : 2e-4;  // sums of many terms in another order

/// Pieces, isolated nodes, and nodes with many predecessors.
PositionInput some_position(const PositionOptions& options = {}) {
  Rng rng(21);
  const Graph graph = support::random_graph(nodes, 110, rng, {.directed = options.towards});
  return PositionInput(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{2, 11, 30}), options);
}

std::vector<PathEncoderOptions> option_cases() {
  std::vector<PathEncoderOptions> cases;
  for (const char* cell : {"affine", "linear", "gated"}) {
    for (const char* aggregate : {"mean", "sum", "scaled_sum", "max"}) {
      cases.push_back({.width = 4, .out = 3, .cell = cell, .aggregate = aggregate, .read_out = "linear"});
    }
  }
  for (const char* read_out : {"anchors", "scalar", "structure"}) {
    cases.push_back({.width = 4, .out = 3, .attributes = false, .read_out = read_out});
  }
  return cases;
}

/// A weighted sum of the rows of these nodes.
Variable loss_of(const Variable& rows) {
  return sum(multiply(rows, Variable::constant(support::off_zero(rows.shape(), 99))));
}

std::vector<Tensor> gradients(const Module& module, const Variable& loss) {
  backward(loss);
  std::vector<Tensor> found;
  for (const NamedParameter& parameter : parameters_of(module)) {
    found.push_back(parameter.value.grad().clone());
    parameter.value.clear_gradient();
  }
  return found;
}

Variable batch_rows(const PathEncoder& encoder, const PositionInput& position, const Tensor& x,
                    std::span<const NodeId> batch, Index fan_out, const Rng& rng) {
  const PositionBatch drawn = position.batch(batch, fan_out, rng);
  return encoder.forward(drawn.position, gather_rows(Variable::constant(x), drawn.nodes), Pass::training(1, 1));
}

}  // namespace

TEST_CASE("path batches: with all predecessors rows and gradients are those of the whole list", "[nn][paths]") {
  Rng rng(3);
  const Tensor x = support::random_tensor({nodes, 5}, rng);
  const std::vector<NodeId> batch{30, 4, 59, 17, 8, 0, 45};
  for (const bool both : {false, true}) {
    const PositionInput position = some_position({.from = true, .towards = both});
    for (const PathEncoderOptions& options : option_cases()) {
      INFO(options.cell << " " << options.aggregate << " " << options.read_out << (both ? ", both ways" : ""));
      Rng weights(4);
      const PathEncoder encoder(5, position.slot_count(), options, weights);
      support::moved_parameters(encoder);
      const Variable whole = gather_rows(encoder.forward(position, Variable::constant(x), Pass::training(1, 1)),
                                         std::span<const NodeId>(batch));
      const Variable found = batch_rows(encoder, position, x, batch, 0, Rng(5));
      REQUIRE(found.value().rows() == 7);
      CHECK(support::max_difference(found.value(), whole.value()) < rounding);
      const std::vector<Tensor> expected = gradients(encoder, loss_of(whole));
      const std::vector<Tensor> of_batch = gradients(encoder, loss_of(found));
      for (std::size_t p = 0; p < expected.size(); ++p) {
        CHECK(support::max_difference(of_batch[p], expected[p]) < 50 * rounding);  // of up to some hundred
      }
    }
  }
}

TEST_CASE("path batches: gradients of drawn paths agree with central differences", "[nn][paths]") {
  // Small sums: of large ones a difference of floats would say nothing.
  Rng rng(3);
  const Graph graph = support::random_graph(20, 60, rng);
  const PositionInput position(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{2, 11}));
  Tensor x = support::random_tensor({20, 2}, rng);
  for (Real& value : x.values()) value *= Real(0.2);
  const std::vector<NodeId> batch{4, 17};
  for (const char* aggregate : {"mean", "sum", "scaled_sum"}) {
    INFO(aggregate);
    Rng weights(4);
    const PathEncoder encoder(
        2, 2, {.width = 2, .out = 2, .cell = "gated", .aggregate = aggregate, .read_out = "linear"}, weights);
    support::check_parameters(support::moved_parameters(encoder),
                              [&] { return batch_rows(encoder, position, x, batch, 1, Rng(6)); });
  }
}

TEST_CASE("path batches: over the draws a linear cell's states are in the mean those of all paths", "[nn][paths]") {
  Rng rng(22);
  const Graph graph = support::random_graph(nodes, 300, rng);
  const PositionInput position(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{2}));
  const Tensor x = support::random_tensor({nodes, 2}, rng);
  const std::vector<NodeId> batch{30, 4, 59, 17};
  const WithoutGradients without_gradients;
  for (const char* aggregate : {"mean", "sum", "scaled_sum"}) {
    INFO(aggregate);
    Rng weights(4);
    const PathEncoder encoder(
        2, 1, {.width = 3, .out = 2, .cell = "linear", .aggregate = aggregate, .read_out = "linear"}, weights);
    const Tensor expected = batch_rows(encoder, position, x, batch, 0, Rng(0)).value();
    constexpr int draws = 3000;
    std::vector<double> sums(static_cast<std::size_t>(expected.size()), 0);
    std::vector<double> squares(sums.size(), 0);
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
      const Tensor found = batch_rows(encoder, position, x, batch, 2, Rng(seed)).value();
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto value = static_cast<double>(found.data()[i]);
        sums[i] += value;
        squares[i] += value * value;
      }
    }
    double widest = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double mean = sums[i] / draws;
      const double error = std::sqrt(std::max(0.0, squares[i] / draws - mean * mean) / draws);
      CHECK(std::abs(mean - static_cast<double>(expected.data()[i])) < 4 * error + 1e-4);  // 24 values, float sums
      widest = std::max(widest, error);
    }
    CHECK(widest > 1e-3);  // something was drawn
  }
}

TEST_CASE("path batches: values and gradients have the same bits for any number of threads", "[nn][paths]") {
  Rng rng(23);
  const Graph graph = support::random_graph(3000, 15000, rng);
  const PositionInput position(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{2, 500, 1000, 1500}));
  const Tensor x = support::random_tensor({3000, 3}, rng);
  std::vector<NodeId> batch;
  for (NodeId u = 0; u < 3000; u += 3) batch.push_back(u);
  const auto run = [&](int count) {
    const support::Threads threads(count);
    Rng weights(4);
    const PathEncoder encoder(3, 4, {.width = 8, .out = 4}, weights);
    const Variable rows = batch_rows(encoder, position, x, batch, 2, Rng(6));
    std::vector<Tensor> found{rows.value()};
    for (Tensor& gradient : gradients(encoder, loss_of(rows))) found.push_back(std::move(gradient));
    return found;
  };
  const std::vector<Tensor> one = run(1);
  for (const int count : {2, 3}) {
    const std::vector<Tensor> other = run(count);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(support::same_bits(one[i], other[i]));
  }
}

TEST_CASE("path batches: rows of the state table are those of the batch and of what lies on its paths", "[nn][paths]") {
  const Graph graph = support::path(100);
  const PositionInput position(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{0, 50}));
  const PositionBatch drawn = position.batch(std::vector<NodeId>{10, 3}, 1, Rng(1));
  const kernels::PathPlan& plan = *drawn.position.paths();
  CHECK(drawn.position.row_count() == 2);
  CHECK(drawn.position.node_count() == 51);  // 0 .. 50: what lies between either anchor and the batch
  CHECK(plan.row_count() == 11 + 48);        // 0 .. 10 from node 0; 3 .. 50 from node 50
  CHECK(plan.item_count() == plan.row_count());
}

TEST_CASE("path batches: what a batch does not hold is refused", "[nn][paths]") {
  const PositionInput position = some_position();
  const PositionBatch drawn = position.batch(std::vector<NodeId>{10, 3}, 1, Rng(1));
  CHECK_THROWS_AS(drawn.position.paths(PathForm::tree), ShapeError);
  CHECK_THROWS_AS(drawn.position.distances(), ShapeError);
  CHECK_THROWS_AS(drawn.position.marks(false), ShapeError);
  CHECK_THROWS_AS(drawn.position.propagation(Normalization::mean), ShapeError);
  CHECK_THROWS_AS(drawn.position.batch(std::vector<NodeId>{0}, 1, Rng(1)), ShapeError);
  Rng rng(4);
  const auto x = Variable::constant(Tensor(Shape{static_cast<Index>(drawn.nodes.size()), 2}, 1));
  const PathEncoder two_layers(2, 3, {.width = 3, .out = 2, .layers = 2}, rng);
  CHECK_THROWS_AS(two_layers.forward(drawn.position, x, Pass::evaluation()), ShapeError);
  const PathEncoder wave(2, 3, {.width = 3, .out = 2, .paths = "wave"}, rng);
  CHECK_THROWS_AS(wave.forward(drawn.position, x, Pass::evaluation()), ShapeError);
}
