#include "kernels/path_pass.h"

#include <cmath>
#include <string>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/path_plans.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using kernels::PathAggregate;
using kernels::PathCell;
using kernels::PathCellInputs;
using kernels::PathPlan;

namespace {

Tensor identity(Index depth) {
  Tensor matrix(Shape{depth, depth});
  for (Index d = 0; d < depth; ++d) matrix.at(d, d) = 1;
  return matrix;
}

PathCellInputs random_inputs(Index nodes, Index depth, PathCell cell, Rng& rng) {
  const Index gates = kernels::gate_count(cell) * depth;
  return {support::random_tensor({nodes, depth}, rng), support::random_tensor({nodes, gates}, rng),
          support::random_tensor({depth, gates}, rng), support::random_tensor({gates}, rng),
          support::random_tensor({depth}, rng)};
}

/// The state of one item from those of lower levels, value by value.
void reference_item(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& in,
                    std::size_t item, Tensor& states) {
  const Index depth = in.weight.rows();
  const std::int32_t row = plan.rows[item];
  const Index node = row / plan.slot_count;
  const auto begin = plan.predecessor_offsets[item];
  const auto end = plan.predecessor_offsets[item + 1];
  const auto count = static_cast<double>(end - begin);
  std::vector<double> m(static_cast<std::size_t>(depth), 0);
  for (Index d = 0; d < depth; ++d) {
    double& value = m[static_cast<std::size_t>(d)];
    for (auto k = begin; k < end; ++k) {
      const auto sent = static_cast<double>(states.at(plan.predecessors[static_cast<std::size_t>(k)], d));
      value = aggregate != PathAggregate::max ? value + sent : k == begin ? sent : std::max(value, sent);
    }
  }
  const double share = aggregate == PathAggregate::sum    ? 1
                       : aggregate == PathAggregate::max  ? 1
                       : aggregate == PathAggregate::mean ? 1 / count
                                                          : std::log2(1 + count) / count;
  for (double& value : m) value *= share;
  const auto input = [&](Index g) {
    return static_cast<double>(in.node_input.at(node, g)) +
           static_cast<double>(plan.channel[item]) * static_cast<double>(in.channel_weight.data()[g]);
  };
  const auto product = [&](Index g) {
    double sum = 0;
    for (Index d = 0; d < depth; ++d) sum += m[static_cast<std::size_t>(d)] * static_cast<double>(in.weight.at(d, g));
    return sum;
  };
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  for (Index d = 0; d < depth; ++d) {
    double h = input(d) + product(d);
    if (cell == PathCell::affine) h = std::max(h, 0.0);
    if (cell == PathCell::gated) {
      const double r = sigmoid(h);
      const double z = sigmoid(input(depth + d) + product(depth + d));
      const double c = std::tanh(input(2 * depth + d) + r * product(2 * depth + d));
      h = (1 - z) * c + z * m[static_cast<std::size_t>(d)];
    }
    states.at(row, d) = static_cast<Real>(h);
  }
}

/// What the siblings of a level's items make of their states.
void reference_siblings(const PathPlan& plan, const PathCellInputs& in, Index level, Tensor& states) {
  const Tensor before = states.clone();
  for (auto item = static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level)]);
       item < static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level) + 1]); ++item) {
    const auto begin = plan.sibling_offsets[item];
    const auto end = plan.sibling_offsets[item + 1];
    for (Index d = 0; d < states.columns(); ++d) {
      auto sum = static_cast<double>(in.sibling_bias.data()[d]);
      for (Index c = 0; c < states.columns(); ++c) {
        sum += static_cast<double>(before.at(plan.rows[item], c)) * static_cast<double>(in.own_weight.at(c, d));
        for (auto k = begin; k < end; ++k) {
          sum += static_cast<double>(before.at(plan.siblings[static_cast<std::size_t>(k)], c)) /
                 static_cast<double>(end - begin) * static_cast<double>(in.sibling_weight.at(c, d));
        }
      }
      states.at(plan.rows[item], d) = static_cast<Real>(std::max(sum, 0.0));
    }
  }
}

Tensor reference_states(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& in) {
  Tensor states(Shape{plan.node_count * plan.slot_count, in.weight.rows()});
  for (const std::int32_t row : plan.unreached) {
    for (Index d = 0; d < states.columns(); ++d) states.at(row, d) = in.unreached.data()[d];
  }
  for (Index level = 0; level < plan.level_count(); ++level) {
    for (auto item = static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level)]);
         item < static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level) + 1]); ++item) {
      if (level > 0) {
        reference_item(plan, cell, aggregate, in, item, states);
        continue;
      }
      for (Index d = 0; d < states.columns(); ++d) {
        states.at(plan.rows[item], d) = in.start.at(plan.rows[item] / plan.slot_count, d);
      }
    }
    if (level > 0 && in.own_weight.defined()) reference_siblings(plan, in, level, states);
  }
  return states;
}

void add_sibling_step(PathCellInputs& in, Index depth, Rng& rng) {
  in.own_weight = support::random_tensor({depth, depth}, rng);
  in.sibling_weight = support::random_tensor({depth, depth}, rng);
  in.sibling_bias = support::random_tensor({depth}, rng);
  for (Tensor* const weight : {&in.own_weight, &in.sibling_weight}) {
    for (Real& w : weight->values()) w *= Real(0.3) / static_cast<Real>(std::sqrt(depth));
  }
}

}  // namespace

TEST_CASE("path pass: a unit-step cell counts hops exactly, by every path at once", "[kernels][paths]") {
  Rng rng(3);
  for (const Graph& graph : {grid_graph(7, 9), support::random_graph(60, 150, rng), support::path(40)}) {
    const PathPlan plan = support::plain_path_plan(graph, {0, 5, 17});
    const PathCellInputs in{Tensor({graph.node_count(), 2}), Tensor({graph.node_count(), 2}, 1), identity(2),
                            Tensor(Shape{2}), Tensor(Shape{2}, -1)};
    for (const PathAggregate aggregate : {PathAggregate::mean, PathAggregate::max}) {
      const Tensor states = kernels::path_states(plan, PathCell::affine, aggregate, in);
      for (Index slot = 0; slot < 3; ++slot) {
        const std::vector<std::int32_t> hops =
            hop_distances(graph, std::array<NodeId, 3>{0, 5, 17}[static_cast<std::size_t>(slot)]);
        for (Index u = 0; u < graph.node_count(); ++u) {
          CHECK(states.at(u * 3 + slot, 0) == static_cast<Real>(hops[static_cast<std::size_t>(u)]));
          CHECK(states.at(u * 3 + slot, 1) == states.at(u * 3 + slot, 0));
        }
      }
    }
  }
}

TEST_CASE("path pass: a summing linear cell counts shortest paths, binomials on a grid", "[kernels][paths]") {
  const Graph graph = grid_graph(6, 6);
  const PathPlan plan = support::plain_path_plan(graph, {0});
  const PathCellInputs in{Tensor({36, 1}, 1), Tensor({36, 1}), identity(1), Tensor(Shape{1}), Tensor(Shape{1})};
  const Tensor states = kernels::path_states(plan, PathCell::linear, PathAggregate::sum, in);
  std::vector<double> binomial(36, 1);
  for (std::size_t r = 1; r < 6; ++r) {
    for (std::size_t c = 1; c < 6; ++c) binomial[6 * r + c] = binomial[6 * (r - 1) + c] + binomial[6 * r + c - 1];
  }
  for (Index u = 0; u < 36; ++u) CHECK(static_cast<double>(states.at(u, 0)) == binomial[static_cast<std::size_t>(u)]);
}

TEST_CASE("path pass: every cell and aggregate agrees with a recursion value by value", "[kernels][paths]") {
  Rng rng(11);
  const Graph graph = support::random_graph(70, 110, rng);  // of several components
  const PathPlan plan = support::plain_path_plan(graph, {3, 3, 40});
  REQUIRE(!plan.unreached.empty());
  for (const PathCell cell : {PathCell::affine, PathCell::linear, PathCell::gated}) {
    for (const PathAggregate aggregate :
         {PathAggregate::mean, PathAggregate::sum, PathAggregate::scaled_sum, PathAggregate::max}) {
      for (const Index depth : {1, 3, 8, 33}) {
        PathCellInputs in = random_inputs(graph.node_count(), depth, cell, rng);
        // States stay of size 1, so that a difference of sums of float is one of rounding alone.
        for (Real& w : in.weight.values()) w *= Real(0.3) / static_cast<Real>(std::sqrt(depth));
        const Tensor expected = reference_states(plan, cell, aggregate, in);
        const double tolerance = sizeof(Real) == sizeof(double) ? 1e-12 : 2e-4;
        CHECK(support::max_difference(kernels::path_states(plan, cell, aggregate, in), expected) < tolerance);
        add_sibling_step(in, depth, rng);
        CHECK(support::max_difference(kernels::path_states(plan, cell, aggregate, in),
                                      reference_states(plan, cell, aggregate, in)) < tolerance);
      }
    }
  }
}

TEST_CASE("path pass: the same bits for any number of threads, forward and backward", "[kernels][paths]") {
  Rng rng(5);
  const Graph graph = support::random_graph(1500, 4000, rng);
  const PathPlan plan = support::plain_path_plan(graph, {1, 2, 3, 500});
  REQUIRE(plan.level_chunks.back() > plan.level_count());  // some level has several chunks
  for (const auto& [cell, aggregate] :
       {std::pair{PathCell::affine, PathAggregate::mean}, std::pair{PathCell::gated, PathAggregate::max}}) {
    PathCellInputs in = random_inputs(graph.node_count(), 8, cell, rng);
    add_sibling_step(in, 8, rng);
    const Tensor upstream = support::random_tensor({graph.node_count() * 4, 8}, rng);
    const auto run = [&, cell = cell, aggregate = aggregate](int threads) {
      const support::Threads scope(threads);
      const Tensor states = kernels::path_states(plan, cell, aggregate, in);
      Tensor gradient = upstream.clone();
      std::vector<Tensor> found{states};
      for (const Tensor* const input : {&in.start, &in.node_input, &in.weight, &in.channel_weight, &in.unreached,
                                        &in.own_weight, &in.sibling_weight, &in.sibling_bias}) {
        found.emplace_back(input->shape());
      }
      kernels::add_path_gradients(
          plan, cell, aggregate, in, states, gradient,
          {&found[1], &found[2], &found[3], &found[4], &found[5], &found[6], &found[7], &found[8]});
      return found;
    };
    const std::vector<Tensor> alone = run(1);
    for (const int threads : {2, 3}) {
      const std::vector<Tensor> together = run(threads);
      for (std::size_t k = 0; k < alone.size(); ++k) CHECK(support::same_bits(alone[k], together[k]));
    }
  }
}

TEST_CASE("path pass: inputs of another shape are refused", "[kernels][paths]") {
  Rng rng(1);
  const PathPlan plan = support::plain_path_plan(support::path(4), {0});
  PathCellInputs in = random_inputs(4, 2, PathCell::affine, rng);
  CHECK_THROWS_AS(kernels::path_states(plan, PathCell::gated, PathAggregate::mean, in), ShapeError);
  add_sibling_step(in, 2, rng);
  PathPlan without_siblings = plan;
  without_siblings.sibling_offsets.clear();
  CHECK_THROWS_AS(kernels::path_states(without_siblings, PathCell::affine, PathAggregate::mean, in), ShapeError);
  in.start = Tensor({5, 2});
  CHECK_THROWS_AS(kernels::path_states(plan, PathCell::affine, PathAggregate::mean, in), ShapeError);
}
