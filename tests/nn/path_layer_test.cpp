#include "nn/path_layer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "graph/generate.h"
#include "graph/traversal.h"
#include "nn/path_encoder.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/path_plans.h"
#include "support/tensors.h"

// States of single layers, with weights set by hand where known answers ask for it.

using namespace cairn;

namespace {

PositionInput position_of(const Graph& graph, const std::vector<NodeId>& nodes, const PositionOptions& options = {}) {
  return PositionInput(graph, {}, given_anchors(graph, {}, nodes), options);
}

Tensor states_of(const PathLayer& layer, const PositionInput& position, const Tensor& e) {
  const WithoutGradients without_gradients;
  return layer.states(position, Variable::constant(e), Pass::evaluation()).table.value();
}

/// Sets the parameters named to the values given, in row-major order, and all others to 0.
using Values = std::vector<std::pair<std::string, std::vector<Real>>>;
void set_weights(const PathLayer& layer, const Values& weights) {
  std::size_t found = 0;
  for (const NamedParameter& parameter : parameters_of(layer)) {
    parameter.value.mutable_value().fill(0);
    for (const auto& [name, values] : weights) {
      if (name != parameter.name) continue;
      parameter.value.mutable_value() = Tensor(parameter.value.shape(), values);
      ++found;
    }
  }
  REQUIRE(found == weights.size());
}

std::vector<std::vector<std::int32_t>> hops_of(const Graph& graph, const std::vector<NodeId>& anchors) {
  std::vector<std::vector<std::int32_t>> hops;
  for (const NodeId anchor : anchors) hops.push_back(hop_distances(graph, anchor));
  return hops;
}

/// h, node by node and slot by slot, after `steps` steps of a wave with an affine cell and the mean.
Tensor reference_wave(const PathLayer& layer, const Graph& graph, const std::vector<NodeId>& anchors, Index steps,
                      const Tensor& e) {
  const auto hops = hops_of(graph, anchors);
  const auto slots = static_cast<Index>(anchors.size());
  const Index depth = e.columns();
  const auto parameters = parameters_of(layer);
  const auto value = [&](const std::string& name, Index i, Index j) {
    const auto found =
        std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == name; });
    REQUIRE(found != parameters.end());
    const Tensor& tensor = found->value.value();
    return static_cast<double>(tensor.rank() == 1 ? tensor.data()[j] : tensor.at(i, j));
  };
  const auto own_input = [&](Index u, const std::string& weight, const std::string& bias, Index d) {
    double sum = value(bias, 0, d);
    for (Index i = 0; i < depth; ++i) sum += static_cast<double>(e.at(u, i)) * value(weight, i, d);
    return sum;
  };
  Tensor h(Shape{graph.node_count() * slots, depth});
  for (Index u = 0; u < graph.node_count(); ++u) {
    for (Index k = 0; k < slots; ++k) {
      const bool anchor = hops[static_cast<std::size_t>(k)][static_cast<std::size_t>(u)] == 0;
      for (Index d = 0; d < depth; ++d) {
        h.at(u * slots + k, d) = static_cast<Real>(
            anchor ? std::max(own_input(u, "anchor.weight", "anchor.bias", d), 0.0) : value("unreached", 0, d));
      }
    }
  }
  for (Index t = 1; t <= steps; ++t) {
    const Tensor before = h.clone();
    for (Index u = 0; u < graph.node_count(); ++u) {
      for (Index k = 0; k < slots; ++k) {
        const auto& of_slot = hops[static_cast<std::size_t>(k)];
        const std::int32_t own = of_slot[static_cast<std::size_t>(u)];
        if (own < 1 || own > t) continue;
        std::vector<double> mean(static_cast<std::size_t>(depth), 0);
        double count = 0;
        for (const NodeId w : graph.neighbors(static_cast<NodeId>(u))) {
          if (of_slot[static_cast<std::size_t>(w)] > t - 1) continue;
          ++count;
          for (Index d = 0; d < depth; ++d) {
            mean[static_cast<std::size_t>(d)] += static_cast<double>(before.at(w * slots + k, d));
          }
        }
        for (Index d = 0; d < depth; ++d) {
          double sum = own_input(u, "attribute_weight", "cell_bias", d);
          for (Index i = 0; i < depth; ++i) sum += mean[static_cast<std::size_t>(i)] / count * value("weight", i, d);
          h.at(u * slots + k, d) = static_cast<Real>(std::max(sum, 0.0));
        }
      }
    }
  }
  return h;
}

}  // namespace

TEST_CASE("path layer: indication of enough steps agrees with the pass over a path's levels", "[nn][paths]") {
  // Channel 0 says "not reached yet": it stays 1 while own and all neighbors' are 1, so that on a path, with at most
  // two neighbors, relu(q + 2 mean - 2) is exact. Channel 1 counts the steps for which it was 1: the distance.
  const Index nodes = 9;
  const Tensor ones({nodes, 2}, 1);
  for (const Index steps : {3, 8, 11}) {
    Rng rng(1);
    const auto indication = make_path_layer({.width = 2, .paths = "indication", .steps = steps}, rng);
    Values weights{{"attribute_weight", {1, 0, 0, 0}}, {"mark", {-1, 0}}};
    for (Index s = 0; s < steps; ++s) {
      const std::string prefix = "steps." + std::to_string(s) + ".";
      weights.push_back({prefix + "own_weight", {1, 1, 0, 1}});
      weights.push_back({prefix + "neighbor_weight", {2, 0, 0, 0}});
      weights.push_back({prefix + "bias", {-2, 0}});
    }
    set_weights(*indication, weights);
    const auto levels = make_path_layer({.width = 2}, rng);
    set_weights(*levels, {{"cell_bias", {0, 1}}, {"weight", {1, 0, 0, 1}}});
    const PositionInput position = position_of(support::path(nodes), {0, 5});
    const Tensor by_levels = states_of(*levels, position, ones);
    const Tensor by_indication = states_of(*indication, position, ones);
    CHECK(by_levels.at(8 * 2, 1) == 8);
    if (steps >= 8) {
      CHECK(support::same_bits(by_levels, by_indication));
    } else {  // it reaches `steps` hops and no further
      for (Index row = 0; row < nodes * 2; ++row)
        CHECK(by_indication.at(row, 1) == std::min<Real>(by_levels.at(row, 1), 3));
    }
  }
}

TEST_CASE("path layer: the front of a wave carries its distance, what it has not reached the unreached state",
          "[nn][paths]") {
  Rng rng(5);
  const std::vector<NodeId> anchors{0, 7};
  for (const Graph& graph : {grid_graph(5, 6), support::random_graph(40, 60, rng)}) {
    const auto hops = hops_of(graph, anchors);
    for (const Index steps : {1, 2, 4}) {
      const auto wave = make_path_layer({.width = 2, .paths = "wave", .steps = steps}, rng);
      set_weights(*wave, {{"cell_bias", {1, 1}}, {"weight", {1, 0, 0, 1}}, {"unreached", {-1, -2}}});
      const Tensor states = states_of(*wave, position_of(graph, anchors), Tensor({graph.node_count(), 2}, 1));
      for (Index u = 0; u < graph.node_count(); ++u) {
        for (Index k = 0; k < 2; ++k) {
          const std::int32_t d = hops[static_cast<std::size_t>(k)][static_cast<std::size_t>(u)];
          if (d == steps || d == 0) CHECK(std::abs(states.at(u * 2 + k, 0) - static_cast<Real>(d)) < Real(1e-5));
          if (d > steps || d < 0) CHECK(states.at(u * 2 + k, 1) == -2);
        }
      }
    }
  }
}

TEST_CASE("path layer: a wave agrees with its formula, worked out pair by pair", "[nn][paths]") {
  Rng rng(6);
  const Graph graph = support::random_graph(30, 45, rng);
  const std::vector<NodeId> anchors{0, 7, 12};
  const Tensor e = support::random_tensor({30, 3}, rng);
  for (const Index steps : {1, 3, 6}) {
    const auto wave = make_path_layer({.width = 3, .path_counts = false, .paths = "wave", .steps = steps}, rng);
    support::moved_parameters(*wave);
    const Tensor expected = reference_wave(*wave, graph, anchors, steps, e);
    double largest = 1;
    for (const Real value : expected.values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
    CHECK(support::max_difference(states_of(*wave, position_of(graph, anchors), e), expected) / largest <
          (sizeof(Real) == sizeof(double) ? 1e-13 : 1e-5));
  }
}

TEST_CASE("path layer: lists of siblings hold the neighbors in the level, and only they bend states", "[nn][paths]") {
  Rng rng(4);
  const Graph graph = support::random_graph(50, 120, rng);
  const kernels::PathPlan expected = support::plain_path_plan(graph, {3, 20});
  const PositionInput position = position_of(graph, {3, 20});
  const kernels::PathPlan& plan = *position.paths(PathForm::siblings);
  REQUIRE(plan.rows == expected.rows);
  CHECK(plan.siblings.size() > 100);
  CHECK(plan.sibling_offsets == expected.sibling_offsets);
  CHECK(plan.siblings == expected.siblings);

  // A grid has no edge within a level; a complete graph has hardly another. At the start W_h = I and b' = 0.
  for (const Graph& tied : {grid_graph(5, 5), support::complete(6)}) {
    const Tensor e = support::random_tensor({tied.node_count(), 4}, rng);
    Rng weights(1);
    Rng same_weights(1);
    const auto siblings = make_path_layer({.width = 4, .paths = "siblings"}, weights);
    const auto all = make_path_layer({.width = 4}, same_weights);
    const double change = support::max_difference(states_of(*siblings, position_of(tied, {0}), e),
                                                  states_of(*all, position_of(tied, {0}), e));
    CHECK((change == 0) == (tied.node_count() == 25));
  }
}

TEST_CASE("path layer: a tree of paths is all paths where there is one, else fewer", "[nn][paths]") {
  Rng rng(2);
  for (const Graph& graph : {support::path(12), support::star(9), grid_graph(4, 5)}) {
    const Tensor e = support::random_tensor({graph.node_count(), 4}, rng);
    Rng weights(1);
    Rng same_weights(1);
    const auto tree = make_path_layer({.width = 4, .paths = "tree"}, weights);
    const auto all = make_path_layer({.width = 4}, same_weights);
    const Tensor of_tree = states_of(*tree, position_of(graph, {0, 3}), e);
    CHECK(support::same_bits(of_tree, states_of(*all, position_of(graph, {0, 3}), e)) == (graph.node_count() != 20));
    CHECK(support::same_bits(of_tree, states_of(*tree, position_of(graph, {0, 3}, {.tree_key = 5}), e)) ==
          (graph.node_count() != 20));
  }
}

TEST_CASE("path layer: in one channel anchors are alike, with a channel each they are not", "[nn][paths]") {
  const Graph graph = grid_graph(4, 4);
  const Tensor ones({16, 4}, 1);
  Rng weights(1);
  Rng same_weights(1);
  const auto one = make_path_layer({.width = 4, .paths = "indication_all"}, weights);
  const auto each = make_path_layer({.width = 4, .paths = "indication"}, same_weights);
  CHECK(support::same_bits(states_of(*one, position_of(graph, {3}), ones),
                           states_of(*each, position_of(graph, {3}), ones)));
  const Tensor together = states_of(*one, position_of(graph, {3, 8}), ones);
  CHECK(together.rows() == 16);
  CHECK(support::same_bits(together, states_of(*one, position_of(graph, {8, 3}), ones)));
  CHECK(!support::same_bits(states_of(*each, position_of(graph, {3, 8}), ones),
                            states_of(*each, position_of(graph, {8, 3}), ones)));
  Rng rng(1);
  const PathEncoder scalar(4, 2, {.width = 4, .read_out = "scalar", .paths = "indication_all"}, rng);
  CHECK(scalar.out_width() == 1);
}

TEST_CASE("path layer: slots towards the anchors are those of the graph turned around", "[nn][paths]") {
  Rng rng(7);
  const Graph graph = support::random_graph(30, 90, rng, {.directed = true});
  const std::vector<NodeId> anchors{2, 9, 21};
  const Tensor e = support::random_tensor({30, 4}, rng);
  for (const char* paths : {"all", "siblings", "wave", "indication", "distance"}) {
    INFO(paths);
    Rng weights(3);
    const auto layer = make_path_layer({.width = 4, .paths = paths}, weights);
    const Tensor from = states_of(*layer, position_of(graph, anchors), e);
    const Tensor towards = states_of(*layer, position_of(graph, anchors, {.from = false, .towards = true}), e);
    const Tensor both = states_of(*layer, position_of(graph, anchors, {.from = true, .towards = true}), e);
    CHECK(support::same_bits(towards, states_of(*layer, position_of(graph.reversed(), anchors), e)));
    CHECK(!support::same_bits(from, towards));
    REQUIRE(both.rows() == 180);
    for (Index u = 0; u < 30; ++u) {
      for (Index k = 0; k < 3; ++k) {
        const auto same = [&](Index row, const Tensor& of) {
          return std::equal(both.row(row).begin(), both.row(row).end(), of.row(u * 3 + k).begin());
        };
        CHECK(same(u * 6 + k, from));
        CHECK(same(u * 6 + 3 + k, towards));
      }
    }
  }
}

TEST_CASE("path encoder: a second layer hears of the first, with dropout in training alone", "[nn][paths]") {
  const Graph graph = grid_graph(4, 4);
  const PositionInput position = position_of(graph, {0, 6});
  const Tensor ones({16, 3}, 1);
  Rng weights(2);
  const PathEncoder encoder(3, 2, {.width = 8, .layers = 2, .dropout = Real(0.5)}, weights);
  const WithoutGradients without_gradients;
  const auto run = [&](const Pass& pass) { return encoder.forward(position, Variable::constant(ones), pass).value(); };
  const Tensor plain = run(Pass::evaluation());
  CHECK(!support::same_bits(run(Pass::training(1, 1)), run(Pass::training(1, 2))));
  CHECK(support::same_bits(run(Pass::training(1, 1)), run(Pass::training(1, 1))));
  for (const NamedParameter& parameter : parameters_of(encoder)) {
    if (parameter.name == "layers.0.weight") parameter.value.mutable_value().fill(Real(0.1));
  }
  CHECK(support::max_difference(run(Pass::evaluation()), plain) > 1e-3);
}

TEST_CASE("path layer: the weight that acts once a level moves by less beyond 64 levels, and others as ever",
          "[nn][paths]") {
  const auto rates = [](const PathEncoderOptions& options) {
    Rng rng(1);
    std::map<std::string, Real> found;
    for (const NamedParameter& parameter : parameters_of(*make_path_layer(options, rng))) {
      found[parameter.name] = parameter.rate_scale;
    }
    return found;
  };
  CHECK(rates({.depth = 64}).at("weight") == 1);
  CHECK(rates({.depth = 256}).at("weight") == Real(0.25));
  CHECK(rates({.paths = "siblings", .depth = 256}).at("own_weight") == Real(0.25));
  CHECK(rates({.paths = "wave", .steps = 128, .depth = 256}).at("weight") == Real(0.5));  // once a step
  CHECK(rates({.cell = "gated", .depth = 256}).at("weight") == 1);
  for (const auto& [name, rate] : rates({.depth = 256})) CHECK((name == "weight" || rate == 1));
}
