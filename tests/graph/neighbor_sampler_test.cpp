#include "graph/neighbor_sampler.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "graph/graph.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

NeighborRows rows_of(const Graph& graph, bool own_arcs_stay = false) {
  return {.offsets = graph.offsets(), .sources = graph.targets(), .own_arcs_stay = own_arcs_stay};
}

/// A graph with self-loops, isolated nodes and degrees from 0 to about 20.
Graph uneven_graph() {
  Rng rng(11);
  std::vector<Edge> edges;
  for (int i = 0; i < 900; ++i) {
    const auto u = static_cast<NodeId>(rng.below(150));
    edges.push_back({u, static_cast<NodeId>(rng.below(1 + u))});
  }
  return Graph::from_edges(155, edges);
}

std::vector<NodeId> every_third(Index nodes) {
  std::vector<NodeId> targets;
  for (NodeId u = 0; u < nodes; u += 3) targets.push_back(static_cast<NodeId>(nodes - 1 - u));
  return targets;
}

/// Neighbors in row t of a block, as nodes, ascending.
std::vector<NodeId> drawn(const Block& block, std::size_t t) {
  std::vector<NodeId> nodes;
  for (auto k = block.offsets[t]; k < block.offsets[t + 1]; ++k) {
    const NodeId place = block.arc_sources[static_cast<std::size_t>(k)];
    nodes.push_back(block.sources[static_cast<std::size_t>(place)]);
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

bool same_block(const Block& a, const Block& b) {
  return a.target_count == b.target_count && a.sources == b.sources && a.offsets == b.offsets &&
         a.arc_sources == b.arc_sources && a.arcs == b.arcs;
}

}  // namespace

TEST_CASE("neighbor sampler: min(fan-out, degree) different neighbors of each target", "[graph][sampler]") {
  const Graph graph = uneven_graph();
  const std::vector<NodeId> targets = every_third(graph.node_count());
  NeighborSampler sampler(graph.node_count());
  for (const Index fan_out : {0, 1, 3, 8, 100}) {
    INFO("fan-out " << fan_out);
    const Block block = sampler.draw(rows_of(graph), targets, fan_out, Rng(1));
    REQUIRE(block.target_count == static_cast<Index>(targets.size()));
    for (std::size_t t = 0; t < targets.size(); ++t) {
      const auto neighbors = graph.neighbors(targets[t]);
      const std::vector<NodeId> found = drawn(block, t);
      const Index degree = graph.degree(targets[t]);
      CHECK(static_cast<Index>(found.size()) == (fan_out == 0 ? degree : std::min(fan_out, degree)));
      CHECK(std::adjacent_find(found.begin(), found.end()) == found.end());
      CHECK(std::includes(neighbors.begin(), neighbors.end(), found.begin(), found.end()));
    }
  }
}

TEST_CASE("neighbor sampler: sources are the targets, then new nodes, each once; arcs point at what they name",
          "[graph][sampler]") {
  const Graph graph = uneven_graph();
  const std::vector<NodeId> targets = every_third(graph.node_count());
  const Block block = NeighborSampler(graph.node_count()).draw(rows_of(graph), targets, 4, Rng(2));
  CHECK(std::equal(targets.begin(), targets.end(), block.sources.begin()));
  CHECK(std::set<NodeId>(block.sources.begin(), block.sources.end()).size() == block.sources.size());
  CHECK(block.sources.size() > targets.size());
  for (std::size_t t = 0; t < targets.size(); ++t) {
    for (auto k = static_cast<std::size_t>(block.offsets[t]); k < static_cast<std::size_t>(block.offsets[t + 1]); ++k) {
      const auto arc = block.arcs[k];
      CHECK(graph.targets()[static_cast<std::size_t>(arc)] ==
            block.sources[static_cast<std::size_t>(block.arc_sources[k])]);
      CHECK((arc >= graph.offsets()[static_cast<std::size_t>(targets[t])] &&
             arc < graph.offsets()[static_cast<std::size_t>(targets[t]) + 1]));
      if (k > static_cast<std::size_t>(block.offsets[t])) CHECK(block.arc_sources[k - 1] < block.arc_sources[k]);
    }
  }
  const Graph star = support::star(6);
  const Block whole = NeighborSampler(6).draw(rows_of(star), std::vector<NodeId>{3, 0}, 0, Rng(1));
  CHECK(whole.sources == std::vector<NodeId>{3, 0, 1, 2, 4, 5});
  CHECK(whole.offsets == std::vector<EdgeId>{0, 1, 6});
  CHECK(whole.arc_sources == std::vector<NodeId>{1, 0, 2, 3, 4, 5});
}

TEST_CASE("neighbor sampler: what a node draws depends on no other target and not on what was drawn before",
          "[graph][sampler]") {
  const Graph graph = uneven_graph();
  const std::vector<NodeId> targets = every_third(graph.node_count());
  NeighborSampler sampler(graph.node_count());
  const Block together = sampler.draw(rows_of(graph), targets, 3, Rng(3));
  CHECK(same_block(together, sampler.draw(rows_of(graph), targets, 3, Rng(3))));
  for (std::size_t t = 0; t < targets.size(); ++t) {
    CHECK(drawn(sampler.draw(rows_of(graph), std::vector<NodeId>{targets[t]}, 3, Rng(3)), 0) == drawn(together, t));
  }
  CHECK_FALSE(same_block(together, sampler.draw(rows_of(graph), targets, 3, Rng(4))));
}

TEST_CASE("neighbor sampler: the same block for any number of threads", "[graph][sampler]") {
  Rng rng(5);
  const Graph graph = support::random_graph(3000, 20000, rng);
  const std::vector<NodeId> targets = support::shuffled_ids(3000, rng);
  const Block one = [&] {
    const support::Threads threads(1);
    return NeighborSampler(3000).draw(rows_of(graph), targets, 5, Rng(6));
  }();
  for (const int count : {2, 3}) {
    const support::Threads threads(count);
    CHECK(same_block(one, NeighborSampler(3000).draw(rows_of(graph), targets, 5, Rng(6))));
  }
}

TEST_CASE("neighbor sampler: every neighbor is equally likely", "[graph][sampler]") {
  constexpr int neighbors = 12;
  constexpr int draws = 6000;
  const Graph graph = support::star(neighbors + 1);
  NeighborSampler sampler(neighbors + 1);
  for (const int fan_out : {1, 4, 11}) {
    std::vector<int> times(neighbors + 1, 0);
    for (int i = 0; i < draws; ++i) {
      const Block block =
          sampler.draw(rows_of(graph), std::vector<NodeId>{0}, fan_out, Rng(7).split(static_cast<std::uint64_t>(i)));
      for (const NodeId u : drawn(block, 0)) ++times[static_cast<std::size_t>(u)];
    }
    const double expected = static_cast<double>(draws * fan_out) / neighbors;
    double chi_square = 0;  // of draws without replacement: each count has the variance expected (1 - fan_out / n)
    for (int u = 1; u <= neighbors; ++u) chi_square += std::pow(times[static_cast<std::size_t>(u)] - expected, 2);
    chi_square *= (neighbors - 1.0) / neighbors / (expected * (1 - static_cast<double>(fan_out) / neighbors));
    INFO("fan-out " << fan_out << ", chi-square " << chi_square);
    CHECK(chi_square < 31.3);  // exceeded once in a thousand seeds with 11 degrees of freedom
    CHECK(chi_square > 1.6);   // likewise from below: too even to be drawn
  }
}

TEST_CASE("neighbor sampler: own arcs that stay are always there and none of those drawn", "[graph][sampler]") {
  std::vector<Edge> edges;
  for (NodeId u = 0; u < 10; ++u) {
    for (NodeId v = 0; v <= u; ++v) edges.push_back({u, v});
  }
  const Graph graph = Graph::from_edges(10, edges);  // every pair, and every node with itself
  NeighborSampler sampler(10);
  std::set<NodeId> others;
  for (std::uint64_t i = 0; i < 50; ++i) {
    for (NodeId v = 0; v < 10; ++v) {
      std::vector<NodeId> found = drawn(sampler.draw(rows_of(graph, true), std::vector<NodeId>{v}, 2, Rng(i)), 0);
      REQUIRE(found.size() == 3);
      REQUIRE(std::find(found.begin(), found.end(), v) != found.end());
      if (v == 4) others.insert(found.begin(), found.end());
    }
  }
  CHECK(others.size() == 10);
  CHECK(drawn(sampler.draw(rows_of(graph, true), std::vector<NodeId>{4}, 9, Rng(1)), 0).size() == 10);
}

TEST_CASE("neighbor sampler: what it cannot draw is refused, and what follows is drawn as ever", "[graph][sampler]") {
  const Graph graph = support::cycle(5);
  NeighborSampler sampler(5);
  CHECK_THROWS_AS(sampler.draw(rows_of(graph), std::vector<NodeId>{5}, 1, Rng(1)), ShapeError);
  CHECK_THROWS_AS(sampler.draw(rows_of(graph), std::vector<NodeId>{-1}, 1, Rng(1)), ShapeError);
  CHECK_THROWS_AS(sampler.draw(rows_of(graph), std::vector<NodeId>{2, 1, 2}, 1, Rng(1)), ShapeError);
  CHECK_THROWS_AS(sampler.draw(rows_of(graph), std::vector<NodeId>{2}, -1, Rng(1)), UsageError);
  CHECK_THROWS_AS(NeighborSampler(4).draw(rows_of(graph), std::vector<NodeId>{2}, 1, Rng(1)), ShapeError);
  CHECK(drawn(sampler.draw(rows_of(graph), std::vector<NodeId>{2}, 0, Rng(1)), 0) == std::vector<NodeId>{1, 3});
  CHECK(sampler.draw(rows_of(graph), {}, 2, Rng(1)).sources.empty());
}
