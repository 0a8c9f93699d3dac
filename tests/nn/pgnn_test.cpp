#include "nn/pgnn.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix matrix_of(const Tensor& x) {
  Matrix rows;
  for (Index i = 0; i < x.rows(); ++i) rows.emplace_back(x.row(i).begin(), x.row(i).end());
  return rows;
}

/// x w + b, with one row for a vector w of one column.
Matrix linear(const Matrix& x, const Tensor& w, const Tensor& b) {
  Matrix y;
  for (const auto& row : x) {
    std::vector<double> to(static_cast<std::size_t>(w.columns()));
    for (std::size_t j = 0; j < to.size(); ++j) {
      to[j] = static_cast<double>(b.data()[j]);
      for (std::size_t i = 0; i < row.size(); ++i) {
        to[j] += row[i] * static_cast<double>(w.at(static_cast<Index>(i), static_cast<Index>(j)));
      }
    }
    y.push_back(to);
  }
  return y;
}

std::map<std::string, Tensor> weights_of(const Module& module) {
  std::map<std::string, Tensor> found;
  for (const NamedParameter& parameter : parameters_of(module)) found[parameter.name] = parameter.value.value();
  return found;
}

/// The published form: every message is a map of the scaled sender beside the receiver, 2 D wide.
Matrix reference(const Pgnn& pgnn, Index layers, const Graph& graph, const AnchorSet& sets, const Tensor& x) {
  const auto weights = weights_of(pgnn);
  const auto nodes = static_cast<std::size_t>(graph.node_count());
  Matrix h = linear(matrix_of(x), weights.at("input.weight"), weights.at("input.bias"));
  Matrix answer;
  for (Index l = 0; l < layers; ++l) {
    const std::string prefix = "layers." + std::to_string(l) + ".";
    const auto scale_of = [&](double closeness) {
      Matrix hidden =
          linear({{closeness}}, weights.at(prefix + "scale.first.weight"), weights.at(prefix + "scale.first.bias"));
      for (double& value : hidden[0]) value = std::max(value, 0.0);
      return linear(hidden, weights.at(prefix + "scale.second.weight"), weights.at(prefix + "scale.second.bias"))[0][0];
    };
    const std::size_t width = h[0].size();
    Matrix mean(nodes, std::vector<double>(width, 0));
    answer.assign(nodes, {});
    for (const auto& members : sets.groups) {
      for (std::size_t v = 0; v < nodes; ++v) {
        const std::vector<std::int32_t> hops = hop_distances(graph, static_cast<NodeId>(v));
        std::size_t sender = v;
        double closeness = 0;
        for (const NodeId member : members) {
          const std::int32_t d = hops[static_cast<std::size_t>(member)];
          if (d < 0 || 1.0 / (d + 1) <= closeness) continue;
          closeness = 1.0 / (d + 1);
          sender = static_cast<std::size_t>(member);
        }
        std::vector<double> message;
        for (std::size_t j = 0; j < width; ++j) {
          double sum = static_cast<double>(weights.at(prefix + "bias").data()[j]);
          for (std::size_t i = 0; i < width; ++i) {
            const auto at = [&](const char* name) {
              return static_cast<double>(weights.at(prefix + name).at(static_cast<Index>(i), static_cast<Index>(j)));
            };
            sum += scale_of(closeness) * h[sender][i] * at("sender_weight") + h[v][i] * at("receiver_weight");
          }
          message.push_back(std::max(sum, 0.0));
          mean[v][j] += message.back() / static_cast<double>(sets.groups.size());
        }
        answer[v].push_back(linear({message}, weights.at("projection.weight"), weights.at("projection.bias"))[0][0]);
      }
    }
    h = mean;
  }
  if (layers > 1 && sets.groups.size() > 1) {
    for (auto& row : answer) {
      double length = 0;
      for (const double value : row) length += value * value;
      for (double& value : row) value /= std::sqrt(length);
    }
  }
  return answer;
}

Tensor evaluate(const Pgnn& pgnn, const PositionInput& position, const Tensor& x) {
  const WithoutGradients without_gradients;
  return pgnn.forward(position, Variable::constant(x), Pass::evaluation()).value();
}

/// Sets of one and several members; in a graph of several components none reaches every node.
const AnchorSet several_sets{{{0}, {3, 9, 17}, {5, 20}, {2, 4, 6, 8, 21}}, {}};

}  // namespace

TEST_CASE("pgnn: agrees with messages made one by one, for one layer and several, one set and several", "[nn][pgnn]") {
  Rng rng(5);
  const Graph graph = support::random_graph(24, 22, rng);
  const Tensor x = support::random_tensor({24, 3}, rng);
  for (const Index layers : {1, 2, 3}) {
    for (const AnchorSet& sets : {several_sets, AnchorSet{{{3, 9, 17}}, {}}}) {
      Rng weights(7);
      const Pgnn pgnn(3, {.hidden = 5, .layers = layers}, weights);
      support::moved_parameters(pgnn);  // biases other than 0
      const Tensor z = evaluate(pgnn, PositionInput(graph, {}, sets), x);
      const Matrix expected = reference(pgnn, layers, graph, sets, x);
      REQUIRE(z.columns() == sets.size());
      double worst = 0;
      for (Index v = 0; v < 24; ++v) {
        for (Index a = 0; a < sets.size(); ++a) {
          const double value = expected[static_cast<std::size_t>(v)][static_cast<std::size_t>(a)];
          worst = std::max(worst, std::abs(static_cast<double>(z.at(v, a)) - value) / std::max(1.0, std::abs(value)));
        }
      }
      INFO(layers << " layers, " << sets.size() << " sets");
      CHECK(worst < (sizeof(Real) == sizeof(double) ? 1e-11 : 1e-4));  // rounding of sums of up to 10 products
    }
  }
}

TEST_CASE("pgnn: relabeling the nodes relabels the rows of the result", "[nn][pgnn]") {
  Rng rng(9);
  const Graph graph = support::random_graph(40, 70, rng);
  const Tensor x = support::random_tensor({40, 4}, rng);
  const std::vector<NodeId> new_id = support::shuffled_ids(40, rng);
  const std::vector<NodeId> anchors{2, 11, 30};  // of one member: ties between members go by id
  std::vector<NodeId> moved_anchors;
  for (const NodeId anchor : anchors) moved_anchors.push_back(new_id[static_cast<std::size_t>(anchor)]);
  Rng weights(4);
  const Pgnn pgnn(4, {.hidden = 8}, weights);
  const Tensor plain = evaluate(pgnn, PositionInput(graph, {}, given_anchors(graph, {}, anchors)), x);
  const Graph moved_graph = relabeled(graph, new_id);
  const Tensor moved = evaluate(pgnn, PositionInput(moved_graph, {}, given_anchors(moved_graph, {}, moved_anchors)),
                                support::move_rows(x, new_id));
  CHECK(support::max_difference(moved, support::move_rows(plain, new_id)) <
        (sizeof(Real) == sizeof(double) ? 1e-12 : 1e-5));
}

TEST_CASE("pgnn: gradients of all parameters agree with central differences", "[nn][pgnn][gradients]") {
  if (sizeof(Real) != sizeof(double)) return;  // kinks stand within the step that float needs; dev is double
  Rng rng(8);
  const Graph graph = support::random_graph(22, 20, rng);
  const PositionInput position(graph, {}, several_sets);
  const Tensor x = support::off_zero({22, 2}, 6);  // no row of answers near 0, where scaling bends most
  for (const Index layers : {1, 2}) {
    for (const Pass& pass : {Pass::evaluation(), Pass::training(2, 3)}) {
      Rng weights(4);
      const Pgnn pgnn(2, {.hidden = 3, .layers = layers}, weights);
      INFO(layers << (pass.is_training() ? " layers, training" : " layers, evaluation"));
      support::check_parameters(support::moved_parameters(pgnn),
                                [&] { return pgnn.forward(position, Variable::constant(x), pass); });
    }
  }
}

TEST_CASE("pgnn: two hops at most hide anchors that are farther", "[nn][pgnn]") {
  const Graph graph = support::path(8);
  const Tensor ones({8, 1}, 1);
  Rng rng(3);
  const Pgnn pgnn(1, {.hidden = 6, .layers = 1}, rng);
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{0});
  const Tensor exact = evaluate(pgnn, PositionInput(graph, {}, anchors), ones);
  const Tensor fast = evaluate(pgnn, PositionInput(graph, {}, anchors, {.max_hops = 2}), ones);
  for (Index u = 0; u <= 2; ++u) CHECK(fast.at(u, 0) == exact.at(u, 0));
  for (Index u = 4; u < 8; ++u) CHECK(fast.at(u, 0) == fast.at(3, 0));
  CHECK(std::abs(exact.at(7, 0) - exact.at(3, 0)) > Real(1e-4));
}

TEST_CASE("pgnn: values and gradients have the same bits for any number of threads", "[nn][pgnn]") {
  Rng rng(2);
  const Graph graph = support::random_graph(3000, 6000, rng);
  const PositionInput position(graph, {}, select_anchors(graph, {}, {.strategy = "sets", .count = 6}, rng));
  const Tensor x = support::random_tensor({3000, 5}, rng);
  const Pgnn pgnn(5, {.hidden = 8}, rng);
  const std::vector<NamedParameter> parameters = parameters_of(pgnn);
  const auto run = [&](int threads) {
    const support::Threads scope(threads);
    clear_gradients(parameters);
    const Variable z = pgnn.forward(position, Variable::constant(x), Pass::training(1, 1));
    backward(sum(square(z)));
    std::vector<Tensor> found{z.value()};
    for (const NamedParameter& parameter : parameters) {
      if (parameter.value.grad().defined()) found.push_back(parameter.value.grad().clone());
    }
    return found;
  };
  const std::vector<Tensor> alone = run(1);
  CHECK(alone.size() == parameters.size() + 1);
  for (const int threads : {2, 3}) {
    const std::vector<Tensor> together = run(threads);
    for (std::size_t k = 0; k < alone.size(); ++k) CHECK(support::same_bits(alone[k], together[k]));
  }
}

TEST_CASE("pgnn: options and shapes that make no sense are refused", "[nn][pgnn]") {
  Rng rng(1);
  CHECK_THROWS_AS(Pgnn(2, {.layers = 0}, rng), UsageError);
  CHECK_THROWS_AS(Pgnn(2, {.hidden = 0}, rng), UsageError);
  CHECK_THROWS_AS(Pgnn(2, {.dropout = 1}, rng), UsageError);
  const Pgnn pgnn(2, {}, rng);
  const Graph graph = support::path(5);
  CHECK_THROWS_AS(evaluate(pgnn, PositionInput(graph, {}, AnchorSet{{{0}}, {}}), Tensor({4, 2})), ShapeError);
}
