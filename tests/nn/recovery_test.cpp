// What states of paths hold: the statements a to d of docs/methods/gir.md.

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/generate.h"
#include "graph/traversal.h"
#include "nn/path_layer.h"
#include "nn/pgnn.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

Tensor states_of(const PathLayer& layer, const PositionInput& position, const Tensor& e) {
  const WithoutGradients without_gradients;
  return layer.states(position, Variable::constant(e), Pass::evaluation()).table.value();
}

/// Sets the parameters named to the values given, in row-major order, and all others to 0.
void set_weights(const PathLayer& layer, const std::map<std::string, std::vector<Real>>& weights) {
  std::size_t found = 0;
  for (const NamedParameter& parameter : parameters_of(layer)) {
    parameter.value.mutable_value().fill(0);
    const auto given = weights.find(parameter.name);
    if (given == weights.end()) continue;
    parameter.value.mutable_value() = Tensor(parameter.value.shape(), given->second);
    ++found;
  }
  REQUIRE(found == weights.size());
}

std::map<std::string, Tensor> weights_of(const Module& module) {
  std::map<std::string, Tensor> found;
  for (const NamedParameter& parameter : parameters_of(module)) found[parameter.name] = parameter.value.value();
  return found;
}

/// Hops to the nearest member, by one search a member; -1 where none is reached.
std::vector<std::int32_t> hops_to(const Graph& graph, const std::vector<NodeId>& members) {
  std::vector<std::int32_t> nearest(static_cast<std::size_t>(graph.node_count()), -1);
  for (const NodeId member : members) {
    const std::vector<std::int32_t> hops = hop_distances(graph, member);
    for (std::size_t u = 0; u < nearest.size(); ++u) {
      if (hops[u] >= 0 && (nearest[u] < 0 || hops[u] < nearest[u])) nearest[u] = hops[u];
    }
  }
  return nearest;
}

/// Calls `visit` with every shortest path from u back to the anchor (u first, the anchor last) and the odds that a walk
/// takes it which goes from each node to one of its predecessors, each as likely.
using PathVisitor = std::function<void(const std::vector<NodeId>& path, double odds)>;
void walk_back(const Graph& graph, const std::vector<std::int32_t>& hops, std::vector<NodeId>& path, double odds,
               const PathVisitor& visit) {
  const NodeId last = path.back();
  std::vector<NodeId> predecessors;
  for (const NodeId w : graph.neighbors(last)) {
    if (hops[static_cast<std::size_t>(w)] == hops[static_cast<std::size_t>(last)] - 1) predecessors.push_back(w);
  }
  if (hops[static_cast<std::size_t>(last)] == 0) return visit(path, odds);
  for (const NodeId w : predecessors) {
    path.push_back(w);
    walk_back(graph, hops, path, odds / static_cast<double>(predecessors.size()), visit);
    path.pop_back();
  }
}

void each_path(const Graph& graph, NodeId anchor, NodeId u, const PathVisitor& visit) {
  std::vector<NodeId> path{u};
  walk_back(graph, hop_distances(graph, anchor), path, 1, visit);
}

double largest_difference(const Tensor& x, Index row, Index other) {
  double largest = 0;
  for (Index d = 0; d < x.columns(); ++d) {
    largest = std::max(largest, std::abs(static_cast<double>(x.at(row, d) - x.at(other, d))));
  }
  return largest;
}

Tensor positions(const Pgnn& pgnn, const PositionInput& position, const Tensor& x) {
  const WithoutGradients without_gradients;
  return pgnn.forward(position, Variable::constant(x), Pass::evaluation()).value();
}

}  // namespace

TEST_CASE("recovery: a cell that adds one to the mean, or the maximum, holds the distance to every anchor and set",
          "[nn][paths][recovery]") {
  Rng rng(5);
  const std::vector<Graph> graphs{grid_graph(6, 7), caveman_graph(5, 6, 0.1, rng),
                                  support::random_graph(40, 45, rng)};  // the last in several pieces
  const AnchorSet anchors{{{0}, {3, 17, 20}, {29}, {5, 6}}, {}};
  for (const char* aggregate : {"mean", "max"}) {
    const auto layer = make_path_layer({.width = 1, .aggregate = aggregate}, rng);
    set_weights(*layer, {{"weight", {1}}, {"cell_bias", {1}}, {"unreached", {-1}}});
    for (const Graph& graph : graphs) {
      const Tensor states =
          states_of(*layer, PositionInput(graph, {}, anchors), support::random_tensor({graph.node_count(), 1}, rng));
      for (std::size_t k = 0; k < anchors.groups.size(); ++k) {
        const std::vector<std::int32_t> hops = hops_to(graph, anchors.groups[k]);
        for (Index u = 0; u < graph.node_count(); ++u) {
          // A mean of three equal integers may be off in its last bit; no distance here exceeds 40.
          const auto state = static_cast<double>(states.at(u * 4 + static_cast<Index>(k), 0));
          CHECK(std::abs(state - hops[static_cast<std::size_t>(u)]) < 1e-4);
        }
      }
    }
  }
}

TEST_CASE("recovery: a linear cell that sums holds the number of shortest paths", "[nn][paths][recovery]") {
  Rng rng(7);
  const auto layer = make_path_layer({.width = 1, .cell = "linear", .aggregate = "sum"}, rng);
  set_weights(*layer, {{"weight", {1}}, {"anchor.bias", {1}}});
  const std::vector<NodeId> anchors{0, 11, 24};
  for (const Graph& graph : {grid_graph(5, 5), caveman_graph(5, 6, 0.2, rng), support::random_graph(30, 60, rng)}) {
    const Tensor states =
        states_of(*layer, PositionInput(graph, {}, given_anchors(graph, {}, anchors)), Tensor({graph.node_count(), 1}));
    for (std::size_t k = 0; k < anchors.size(); ++k) {
      const std::vector<std::int32_t> hops = hop_distances(graph, anchors[k]);
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        Index paths = 0;
        if (hops[static_cast<std::size_t>(u)] >= 0) {
          each_path(graph, anchors[k], u, [&](const std::vector<NodeId>&, double) { ++paths; });
        }
        CHECK(states.at(u * 3 + static_cast<Index>(k), 0) == static_cast<Real>(paths));
      }
    }
  }
}

TEST_CASE("recovery: of nodes at equal distances P-GNN says the same, paths tell counts and attributes apart",
          "[nn][paths][recovery]") {
  // From the corner 0 of a grid, nodes 2 and 4 are 2 hops away, by one path and by two; 2 and 6 by one path each, but
  // over the nodes 1 and 3, whose features differ where they are not all 1.
  const Graph graph = grid_graph(3, 3);
  const PositionInput position(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{0}));
  const Tensor ones({9, 1}, 1);
  Tensor marked = ones.clone();
  marked.at(3, 0) = -1;
  struct Case {
    Index other;  // than node 2
    const Tensor& x;
    const char* aggregate;
    bool counts;
  };
  for (const Case& c : {Case{4, ones, "sum", false}, Case{4, ones, "scaled_sum", false}, Case{4, ones, "mean", true},
                        Case{6, marked, "mean", false}, Case{6, marked, "max", false}}) {
    INFO(c.other << " " << c.aggregate);
    for (const Index layers : {1, 2}) {
      Rng rng(3);
      const Pgnn pgnn(1, {.layers = layers}, rng);
      const Tensor z = positions(pgnn, position, c.x);
      CHECK(z.at(2, 0) == z.at(c.other, 0));
      CHECK(z.at(2, 0) != z.at(8, 0));  // it is not deaf: node 8 is farther
    }
    Rng rng(3);
    const PathEncoderOptions options{.width = 8, .aggregate = c.aggregate, .path_counts = c.counts};
    Tensor e({9, 8});  // says what x says
    for (Index u = 0; u < 9; ++u) {
      for (Index d = 0; d < 8; ++d) e.at(u, d) = c.x.at(u, 0) * (d % 2 == 0 ? Real(0.5) : Real(-0.5));
    }
    const Tensor states = states_of(*make_path_layer(options, rng), position, e);
    CHECK(largest_difference(states, 2, c.other) > 1e-3);
    const Tensor by_distance = states_of(*make_path_layer({.width = 8, .paths = "distance"}, rng), position, e);
    CHECK(largest_difference(by_distance, 2, c.other) == 0);
  }
  // With neither, mean and maximum carry distances alone: all states of a level are equal.
  for (const char* aggregate : {"mean", "max"}) {
    Rng rng(3);
    const auto layer = make_path_layer({.width = 8, .aggregate = aggregate, .path_counts = false}, rng);
    CHECK(largest_difference(states_of(*layer, position, Tensor({9, 8}, Real(0.5))), 2, 4) == 0);
  }
}

TEST_CASE("recovery: a linear mean cell holds the discounted attributes expected on a random way back",
          "[nn][paths][recovery]") {
  Rng rng(11);
  const Index depth = 3;
  const std::vector<NodeId> anchors{0, 7};
  for (const Graph& graph : {grid_graph(4, 5), caveman_graph(4, 5, 0.2, rng), support::random_graph(20, 34, rng)}) {
    const auto layer = make_path_layer({.width = depth, .cell = "linear", .path_counts = false}, rng);
    for (const NamedParameter& parameter : parameters_of(*layer)) {  // biases too, and a W_m that is not I
      for (Real& value : parameter.value.mutable_value().values()) value += Real(0.3) * rng.normal();
    }
    const Tensor e = support::random_tensor({graph.node_count(), depth}, rng);
    const Tensor states = states_of(*layer, PositionInput(graph, {}, given_anchors(graph, {}, anchors)), e);
    const auto weights = weights_of(*layer);
    using Row = std::vector<double>;
    const auto mapped = [&](const Row& row, const std::string& weight) {  // row W
      const Tensor& w = weights.at(weight);
      Row to(static_cast<std::size_t>(depth), 0);
      for (Index i = 0; i < depth; ++i) {
        for (Index j = 0; j < depth; ++j)
          to[static_cast<std::size_t>(j)] += row[static_cast<std::size_t>(i)] * static_cast<double>(w.at(i, j));
      }
      return to;
    };
    const auto own = [&](NodeId u, const std::string& weight, const std::string& bias) {  // e_u W + b
      Row row = mapped(Row(e.row(u).begin(), e.row(u).end()), weight);
      for (std::size_t d = 0; d < row.size(); ++d) row[d] += static_cast<double>(weights.at(bias).data()[d]);
      return row;
    };
    for (std::size_t k = 0; k < anchors.size(); ++k) {
      const std::vector<std::int32_t> hops = hop_distances(graph, anchors[k]);
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        if (hops[static_cast<std::size_t>(u)] < 1) continue;
        Row expected(static_cast<std::size_t>(depth), 0);
        each_path(graph, anchors[k], u, [&](const std::vector<NodeId>& path, double odds) {
          for (std::size_t step = 0; step < path.size(); ++step) {
            const bool at_anchor = step + 1 == path.size();
            Row term = at_anchor ? own(path[step], "anchor.weight", "anchor.bias")
                                 : own(path[step], "attribute_weight", "cell_bias");
            if (at_anchor) {
              for (double& value : term) value = std::max(value, 0.0);
            }
            for (std::size_t times = 0; times < step; ++times) term = mapped(term, "weight");
            for (std::size_t d = 0; d < term.size(); ++d) expected[d] += odds * term[d];
          }
        });
        for (Index d = 0; d < depth; ++d) {
          const double wanted = expected[static_cast<std::size_t>(d)];
          const auto found = static_cast<double>(states.at(u * 2 + static_cast<Index>(k), d));
          // Sums over up to 7 steps whose terms may grow on the way, in another order.
          const double tolerance = sizeof(Real) == sizeof(double) ? 1e-11 : 1e-4;
          CHECK(std::abs(found - wanted) < tolerance * std::max(1.0, std::abs(wanted)));
        }
      }
    }
  }
}

TEST_CASE("recovery: L steps of indication see min(d, L + 1) of the distance d, paths see all of it",
          "[nn][paths][recovery]") {
  // On a cycle every node has the same surroundings, so that nothing but the mark tells nodes apart.
  const Graph graph = support::cycle(41);
  const PositionInput position(graph, {}, given_anchors(graph, {}, std::vector<NodeId>{0}));
  const Tensor e({41, 8}, Real(0.5));
  for (const Index steps : {1, 3, 6}) {
    Rng rng(4);
    const Tensor states =
        states_of(*make_path_layer({.width = 8, .paths = "indication", .steps = steps}, rng), position, e);
    for (Index d = 0; d < 20; ++d) {
      INFO("after " << steps << " steps, " << d << " and " << d + 1 << " hops away");
      CHECK((largest_difference(states, d, d + 1) == 0) == (d >= steps + 1));
    }
  }
  Rng rng(4);
  const Tensor states = states_of(*make_path_layer({.width = 8}, rng), position, e);
  for (Index d = 0; d < 20; ++d) CHECK(largest_difference(states, d, d + 1) > 1e-3);
}
