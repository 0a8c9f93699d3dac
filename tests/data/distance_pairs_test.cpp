#include "data/distance_pairs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

std::set<std::uint64_t> keys_of(const DistancePairs& pairs) {
  std::set<std::uint64_t> keys;
  for (const NodePair pair : pairs.pairs) keys.insert(pair_key(pair));
  return keys;
}

/// Distances are those of a search from u, and no pair occurs twice in any direction.
void check_valid(const DistancePairs& pairs, const Graph& graph) {
  REQUIRE(pairs.pairs.size() == pairs.distances.size());
  for (std::size_t p = 0; p < pairs.pairs.size(); ++p) {
    const auto [u, v] = pairs.pairs[p];
    const auto hops = hop_distances(graph, u)[static_cast<std::size_t>(v)];
    CHECK(hops > 0);
    CHECK(pairs.distances[p] == static_cast<Real>(hops));
    if (!graph.directed()) CHECK(u < v);
  }
  CHECK(keys_of(pairs).size() == pairs.pairs.size());
}

}  // namespace

TEST_CASE("distance pairs: as many as asked for, each with its hop distance, none twice", "[data][distances]") {
  Rng rng(1);
  const Graph grid = grid_graph(8, 8);
  for (const Index count : {1, 10, 300, 2000}) {
    const DistancePairs pairs = sample_distance_pairs(grid, {}, count, rng);
    CHECK(pairs.pairs.size() == static_cast<std::size_t>(count));
    check_valid(pairs, grid);
  }
  const DistancePairs all = sample_distance_pairs(grid, {}, 5000, rng);  // 64 * 63 / 2 = 2016 there are
  CHECK(all.pairs.size() == 2016);
  check_valid(all, grid);
}

TEST_CASE("distance pairs: only pairs that a path joins, along the arcs where directed", "[data][distances]") {
  Rng rng(2);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(30, 30, rng, {.directed = directed});
    const DistancePairs pairs = sample_distance_pairs(graph, {}, 100000, rng);
    check_valid(pairs, graph);
    std::set<std::uint64_t> joined;
    for (NodeId u = 0; u < 30; ++u) {
      const auto hops = hop_distances(graph, u);
      for (NodeId v = 0; v < 30; ++v) {
        if (hops[static_cast<std::size_t>(v)] > 0) joined.insert(pair_key({u, v}));
      }
    }
    CHECK(keys_of(pairs) == joined);
  }
}

TEST_CASE("distance pairs: every pair of a cycle is as likely", "[data][distances]") {
  const Graph cycle = support::cycle(12);
  std::map<std::uint64_t, int> seen;
  for (std::uint64_t seed = 0; seed < 12000; ++seed) {
    Rng rng(seed);
    for (const NodePair pair : sample_distance_pairs(cycle, {}, 5, rng).pairs) ++seen[pair_key(pair)];
  }
  CHECK(seen.size() == 66);
  // 3 targets of the first source and 2 of the second. 5 deviations.
  for (const auto& [key, times] : seen) CHECK(std::abs(times - 12000 * 5 / 66.0) < 5 * std::sqrt(12000 * 5 / 66.0));
}

TEST_CASE("distance pairs: graphs of a union receive pairs in proportion to their nodes", "[data][distances]") {
  const Graph both = disjoint_union(std::vector<Graph>{grid_graph(10, 10), grid_graph(5, 10), support::path(2)});
  std::vector<std::int32_t> graph_of_node(152, 0);
  std::fill(graph_of_node.begin() + 100, graph_of_node.end(), 1);
  std::fill(graph_of_node.begin() + 150, graph_of_node.end(), 2);
  Rng rng(3);
  const DistancePairs pairs = sample_distance_pairs(both, graph_of_node, 304, rng);
  check_valid(pairs, both);
  std::map<std::int32_t, int> counts;
  for (const NodePair pair : pairs.pairs) ++counts[graph_of_node[static_cast<std::size_t>(pair.u)]];
  CHECK(counts[0] == 200);
  CHECK(counts[1] == 100);
  CHECK(counts[2] == 1);  // 4 asked for: it has no more
  CHECK(std::is_sorted(pairs.pairs.begin(), pairs.pairs.end(),
                       [](NodePair a, NodePair b) { return pair_key(a) < pair_key(b); }));
}

TEST_CASE("distance pairs: parts share no pair and hold all of them", "[data][distances]") {
  const Graph grid = grid_graph(8, 8);
  const auto split = [&](std::uint64_t seed) {
    Rng rng(seed);
    const DistancePairs pairs = sample_distance_pairs(grid, {}, 500, rng);
    return std::pair(split_distance_pairs(pairs, {}, rng), keys_of(pairs));
  };
  const auto [parts, all] = split(4);
  CHECK(parts.train.pairs.size() == 400);
  CHECK(parts.validation.pairs.size() == 50);
  CHECK(parts.test.pairs.size() == 50);
  std::set<std::uint64_t> keys;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    check_valid(parts.of(part), grid);
    keys.merge(keys_of(parts.of(part)));
  }
  CHECK(keys == all);
  CHECK(split(4).first.test.pairs == parts.test.pairs);
  CHECK(split(5).first.test.pairs != parts.test.pairs);
}

TEST_CASE("distance pairs: no paths, no pairs, arcs between graphs and empty parts are refused", "[data][distances]") {
  Rng rng(6);
  CHECK_THROWS_AS(sample_distance_pairs(support::path(3), {}, 0, rng), UsageError);
  CHECK_THROWS_AS(sample_distance_pairs(Graph(), {}, 5, rng), UsageError);
  CHECK_THROWS_AS(sample_distance_pairs(Graph::from_edges(3, std::vector<Edge>{{1, 1}}), {}, 5, rng), UsageError);
  CHECK_THROWS_AS(sample_distance_pairs(support::path(3), std::vector<std::int32_t>{0, 0, 1}, 5, rng), ShapeError);
  const DistancePairs few = sample_distance_pairs(support::path(3), {}, 3, rng);
  CHECK_THROWS_AS(split_distance_pairs(few, {}, rng), UsageError);
  CHECK_THROWS_AS(split_distance_pairs(few, {.train_ratio = 2}, rng), UsageError);
  const DistancePairs twice{{{0, 1}, {1, 0}, {0, 2}}, {1, 1, 2}};
  CHECK_THROWS_WITH(split_distance_pairs(twice, {.train_ratio = 0.4, .validation_ratio = 0.3, .test_ratio = 0.3}, rng),
                    Catch::Contains("(1, 0) occurs twice"));
}
