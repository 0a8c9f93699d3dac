#include "data/negative_pairs.h"

#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

namespace {

using Keys = std::set<std::uint64_t>;

Keys keys_of(const std::vector<NodePair>& pairs) {
  Keys keys;
  for (const NodePair pair : pairs) keys.insert(pair_key(pair));
  return keys;
}

/// All allowed pairs, one by one.
Keys allowed_pairs(const NegativeCandidates& candidates, const std::vector<NodePair>& excluded) {
  const Keys out = keys_of(excluded);
  Keys allowed;
  const auto of = [](std::span<const std::int32_t> list, NodeId u, std::int32_t otherwise) {
    return list.empty() ? otherwise : list[static_cast<std::size_t>(u)];
  };
  for (NodeId u = 0; u < candidates.node_count; ++u) {
    for (NodeId v = u + 1; v < candidates.node_count; ++v) {
      const std::int32_t a = of(candidates.class_of_node, u, u);
      const std::int32_t b = of(candidates.class_of_node, v, v);
      const bool one_graph = of(candidates.graph_of_node, u, 0) == of(candidates.graph_of_node, v, 0);
      if (a >= 0 && b >= 0 && a != b && one_graph && out.count(pair_key({u, v})) == 0) allowed.insert(pair_key({u, v}));
    }
  }
  return allowed;
}

}  // namespace

TEST_CASE("negatives: as many as wanted, each allowed, none twice, for any graphs and classes", "[data][pairs]") {
  Rng rng(1);
  for (int round = 0; round < 200; ++round) {
    const Index nodes = 2 + rng.below(20);
    std::vector<std::int32_t> graph_of_node;
    std::vector<std::int32_t> class_of_node;
    for (Index u = 0; u < nodes; ++u) {
      graph_of_node.push_back(static_cast<std::int32_t>(rng.below(3)));  // graphs need not lie one after another
      class_of_node.push_back(static_cast<std::int32_t>(rng.below(4)) - 1);
    }
    if (round % 3 == 0) graph_of_node.clear();
    if (round % 2 == 0) class_of_node.clear();
    const NegativeCandidates candidates{nodes, graph_of_node, class_of_node};
    std::vector<NodePair> positives;
    std::vector<NodePair> excluded;
    for (Index i = rng.below(30); i > 0; --i) {
      const auto u = static_cast<NodeId>(rng.below(nodes));
      const auto v = static_cast<NodeId>(rng.below(nodes));
      const bool one_graph = graph_of_node.empty() ||
                             graph_of_node[static_cast<std::size_t>(u)] == graph_of_node[static_cast<std::size_t>(v)];
      if (one_graph) (i % 2 == 0 ? positives : excluded).push_back({u, v});  // in any direction, repeated, and u = v
    }
    const std::vector<NodePair> drawn = draw_negatives(candidates, positives, excluded, rng);

    std::vector<NodePair> out = positives;
    out.insert(out.end(), excluded.begin(), excluded.end());
    const Keys allowed = allowed_pairs(candidates, out);
    const auto graph_of = [&](NodeId u) {
      return graph_of_node.empty() ? 0 : graph_of_node[static_cast<std::size_t>(u)];
    };
    std::map<std::int32_t, std::size_t> wanted, possible, found;
    for (const NodePair pair : positives) ++wanted[graph_of(pair.u)];
    for (const std::uint64_t key : allowed) ++possible[graph_of(static_cast<NodeId>(key >> 32))];
    for (const NodePair pair : drawn) {
      REQUIRE(pair.u < pair.v);
      REQUIRE(allowed.count(pair_key(pair)) == 1);
      ++found[graph_of(pair.u)];
    }
    CHECK(keys_of(drawn).size() == drawn.size());
    for (std::int32_t g = 0; g < 3; ++g) CHECK(found[g] == std::min(wanted[g], possible[g]));
  }
}

TEST_CASE("negatives: each allowed pair is equally likely", "[data][pairs]") {
  // 6 nodes, classes 0 0 1 1 2 and one that takes no part: 8 pairs of two classes, one of them excluded.
  const std::vector<std::int32_t> classes{0, 1, 0, 2, -1, 1};
  const std::vector<NodePair> positives{{0, 2}, {3, 0}};
  const NegativeSampler sampler({6, {}, classes}, positives);
  Rng rng(2);
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 14000; ++i) {
    for (const NodePair pair : sampler.draw(rng)) ++seen[pair_key(pair)];
  }
  CHECK(seen.size() == 7);
  for (const auto& [key, times] : seen) CHECK(std::abs(times - 4000) < 270);  // 5 deviations of sqrt(14000 * 2/7 * 5/7)
}

TEST_CASE("negatives: of a complete graph none, of an almost complete one those that are left", "[data][pairs]") {
  std::vector<NodePair> all;
  for (NodeId u = 0; u < 40; ++u) {
    for (NodeId v = 0; v < u; ++v) all.push_back({u, v});
  }
  Rng rng(3);
  CHECK(draw_negatives({40, {}, {}}, all, {}, rng).empty());
  const NodePair missing = all.back();
  all.pop_back();
  CHECK(draw_negatives({40, {}, {}}, all, {}, rng) == std::vector<NodePair>{{missing.v, missing.u}});
}

TEST_CASE("negatives: hundreds of millions of pairs are never listed", "[data][pairs]") {
  std::vector<NodePair> positives;
  for (NodeId u = 0; u < 1000; ++u) positives.push_back({u, 29999 - u});
  Rng rng(4);
  const std::vector<NodePair> drawn = draw_negatives({30000, {}, {}}, positives, {}, rng);
  CHECK(keys_of(drawn).size() == 1000);
  double mean = 0;
  for (const NodePair pair : drawn) mean += (static_cast<double>(pair.u) + static_cast<double>(pair.v)) / 2000;
  CHECK(std::abs(mean - 14999.5) < 5 * 30000 / std::sqrt(12 * 2000.0));
}

TEST_CASE("negatives: pairs of two graphs or of unknown nodes are refused", "[data][pairs]") {
  Rng rng(5);
  const std::vector<std::int32_t> graphs{0, 0, 1};
  const auto draw = [&](std::vector<NodePair> positives) {
    return draw_negatives({3, graphs, {}}, positives, {}, rng);
  };
  CHECK_NOTHROW(draw({{0, 1}}));
  CHECK_THROWS_AS(draw({{0, 2}}), ShapeError);
  CHECK_THROWS_AS(draw({{0, 3}}), ShapeError);
  CHECK_THROWS_AS(draw({{-1, 0}}), ShapeError);
  CHECK_THROWS_AS(draw_negatives({4, graphs, {}}, {}, {}, rng), ShapeError);
  CHECK_THROWS_AS(draw_negatives({4, {}, graphs}, {}, {}, rng), ShapeError);
}
