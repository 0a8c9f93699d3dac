#include "kernels/block_propagation.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

constexpr Normalization forms[]{Normalization::sum, Normalization::mean, Normalization::self_loops,
                                Normalization::symmetric, Normalization::symmetric_self_loops};

/// Directed and weighted, with a self-loop, and a node that nothing points to.
Graph weighted_graph() {
  Rng rng(21);
  std::vector<Edge> edges{{4, 4, Real(0.5)}};
  for (int i = 0; i < 70; ++i) {
    edges.push_back({static_cast<NodeId>(rng.below(14)), static_cast<NodeId>(rng.below(13)), Real(1) - rng.uniform()});
  }
  return Graph::from_edges(14, edges, {.directed = true, .weighted = true});
}

Propagation drawn(const Propagation& whole, Normalization form, const std::vector<NodeId>& targets, Index fan_out,
                  std::uint64_t seed, std::vector<NodeId>& sources) {
  const Block block =
      NeighborSampler(whole.target_count()).draw(neighbor_rows(whole, form), targets, fan_out, Rng(seed));
  sources = block.sources;
  return block_propagation(whole, form, block);
}

Tensor rows(const Tensor& x, const std::vector<NodeId>& ids) {
  Tensor y(Shape{static_cast<Index>(ids.size()), x.columns()});
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (Index j = 0; j < x.columns(); ++j) y.at(static_cast<Index>(i), j) = x.at(ids[i], j);
  }
  return y;
}

}  // namespace

TEST_CASE("block propagation: all neighbors of all nodes are the whole graph", "[kernels][blocks]") {
  const Graph graph = weighted_graph();
  std::vector<NodeId> all(14);
  std::iota(all.begin(), all.end(), NodeId{0});
  for (const Normalization form : forms) {
    const Propagation whole = Propagation::from_graph(graph, form);
    std::vector<NodeId> sources;
    const Propagation block = drawn(whole, form, all, 0, 1, sources);
    CHECK(sources == all);
    CHECK(std::equal(whole.offsets().begin(), whole.offsets().end(), block.offsets().begin(), block.offsets().end()));
    CHECK(std::equal(whole.sources().begin(), whole.sources().end(), block.sources().begin(), block.sources().end()));
    CHECK(std::equal(whole.weights().begin(), whole.weights().end(), block.weights().begin(), block.weights().end()));
  }
}

TEST_CASE("block propagation: in the mean over draws a target receives the whole sum", "[kernels][blocks]") {
  const Graph graph = weighted_graph();
  Rng rng(22);
  const Tensor x = support::random_tensor(Shape{14, 2}, rng);
  const std::vector<NodeId> targets{4, 0, 13, 7, 9};
  constexpr int draws = 3000;
  for (const Normalization form :
       {Normalization::sum, Normalization::mean, Normalization::symmetric, Normalization::symmetric_self_loops}) {
    const Propagation whole = Propagation::from_graph(graph, form);
    const Tensor expected = rows(kernels::propagate(whole, x), targets);
    std::vector<double> sum(10, 0);
    std::vector<double> squares(10, 0);
    for (int i = 0; i < draws; ++i) {
      std::vector<NodeId> sources;
      const Propagation block = drawn(whole, form, targets, 2, static_cast<std::uint64_t>(i), sources);
      const Tensor y = kernels::propagate(block, rows(x, sources));
      for (std::size_t j = 0; j < 10; ++j) {
        const auto value = static_cast<double>(y.values()[j]);
        sum[j] += value / draws;
        squares[j] += value * value / draws;
      }
    }
    bool any_spread = false;
    for (std::size_t j = 0; j < 10; ++j) {
      INFO("form " << static_cast<int>(form) << ", value " << j);
      const double deviation = std::sqrt(std::max(0.0, squares[j] - sum[j] * sum[j]));
      any_spread = any_spread || deviation > 0.1;
      // Four deviations of the mean of the draws; 40 values are looked at.
      CHECK(std::abs(sum[j] - static_cast<double>(expected.values()[j])) < 4 * deviation / std::sqrt(draws) + 1e-6);
    }
    CHECK(any_spread);
  }
}

TEST_CASE("block propagation: the mean of a graph without weights is that over the drawn ones", "[kernels][blocks]") {
  const Graph graph = support::star(9);
  std::vector<NodeId> sources;
  const Propagation block =
      drawn(Propagation::from_graph(graph, Normalization::mean), Normalization::mean, {0}, 5, 1, sources);
  REQUIRE(block.arc_count() == 5);
  for (const Real weight : block.weights()) CHECK(weight == Approx(0.2).epsilon(1e-6));
}

TEST_CASE("block propagation: self-loops that a form adds keep their weight, attention has none", "[kernels][blocks]") {
  const Graph graph = support::complete(9);
  std::vector<NodeId> sources;
  const Propagation gcn = drawn(Propagation::from_graph(graph, Normalization::symmetric_self_loops),
                                Normalization::symmetric_self_loops, {3}, 2, 1, sources);
  REQUIRE(gcn.arc_count() == 3);
  CHECK(gcn.sources().front() == 0);  // its own row
  CHECK(gcn.weights().front() == Approx(1.0 / 9).epsilon(1e-6));
  CHECK(gcn.weights()[1] == Approx(8.0 / 2 / 9).epsilon(1e-6));
  const Propagation gat =
      drawn(Propagation::from_graph(graph, Normalization::self_loops), Normalization::self_loops, {3}, 2, 1, sources);
  CHECK(gat.arc_count() == 3);
  CHECK(gat.weights().empty());
}

TEST_CASE("block propagation: a block of another graph is refused", "[kernels][blocks]") {
  const Propagation small = Propagation::from_graph(support::cycle(4), Normalization::sum);
  const Propagation large = Propagation::from_graph(support::complete(9), Normalization::sum);
  const Block block =
      NeighborSampler(9).draw(neighbor_rows(large, Normalization::sum), std::vector<NodeId>{8}, 3, Rng(1));
  CHECK_THROWS_AS(block_propagation(small, Normalization::sum, block), ShapeError);
}
