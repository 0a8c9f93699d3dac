#include "data/pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

using Keys = std::set<std::uint64_t>;
constexpr std::array<Part, 3> parts{Part::train, Part::validation, Part::test};

Keys keys_of(const std::vector<NodePair>& pairs) {
  Keys keys;
  for (const NodePair pair : pairs) keys.insert(pair_key(pair));
  return keys;
}

bool meet(const Keys& a, const Keys& b) {
  return std::any_of(a.begin(), a.end(), [&](std::uint64_t key) { return b.count(key) == 1; });
}

/// Unordered pairs that an arc joins, self-loops aside.
Keys links_of(const Graph& graph) {
  Keys keys;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (u != v) keys.insert(pair_key({u, v}));
    }
  }
  return keys;
}

bool same(const PairSplit& a, const PairSplit& b) {
  return std::all_of(parts.begin(), parts.end(), [&](Part part) {
    return a.of(part).positives == b.of(part).positives && a.of(part).negatives == b.of(part).negatives;
  });
}

/// Pairs are ordered and different; positives of parts do not meet; negatives are no positives of their part.
void check_valid(const PairSplit& split, std::span<const std::int32_t> graph_of_node) {
  const auto graph_of = [&](NodeId u) {
    return graph_of_node.empty() ? 0 : graph_of_node[static_cast<std::size_t>(u)];
  };
  Keys positives;
  for (const Part part : parts) {
    for (const auto* pairs : {&split.of(part).positives, &split.of(part).negatives}) {
      for (const NodePair pair : *pairs) {
        CHECK(pair.u < pair.v);
        CHECK(graph_of(pair.u) == graph_of(pair.v));
      }
      CHECK(keys_of(*pairs).size() == pairs->size());
      CHECK(std::is_sorted(pairs->begin(), pairs->end(), [&](NodePair a, NodePair b) {
        return std::pair(graph_of(a.u), pair_key(a)) < std::pair(graph_of(b.u), pair_key(b));
      }));
    }
    const Keys own = keys_of(split.of(part).positives);
    CHECK(!meet(own, positives));
    positives.insert(own.begin(), own.end());
    CHECK(!meet(keys_of(split.of(part).negatives), own));
  }
}

LinkSplit grid_split(std::uint64_t seed = 1) {
  Rng rng(seed);
  return split_links(grid_graph(20, 20), {}, {}, rng);
}

/// 4 cliques of 5, 6, 7 and 8 nodes by label, mixed; the first node has no label.
std::vector<std::int32_t> some_labels() {
  std::vector<std::int32_t> labels{-1};
  for (std::int32_t i = 0; i < 26; ++i) labels.push_back(i < 20 ? i % 4 : i < 23 ? 1 + i % 3 : i < 25 ? 2 + i % 2 : 3);
  return labels;
}

}  // namespace

TEST_CASE("link split: 760 links of a grid are dealt 608, 76 and 76, with as many negatives", "[data][pairs]") {
  const LinkSplit split = grid_split();
  check_valid(split.pairs, {});
  const std::map<Part, std::size_t> counts{{Part::train, 608}, {Part::validation, 76}, {Part::test, 76}};
  for (const Part part : parts) {
    CHECK(split.pairs.of(part).positives.size() == counts.at(part));
    CHECK(split.pairs.of(part).negatives.size() == counts.at(part));
  }
  CHECK(split.message_graph.node_count() == 400);
  CHECK(links_of(split.message_graph) == keys_of(split.pairs.train.positives));
  CHECK(split.message_graph.arc_count() == 2 * 608);
}

TEST_CASE("link split: no negative of validation or test is a link, in either direction", "[data][pairs]") {
  Rng rng(2);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(30, 150, rng, {.directed = directed});
    const LinkSplit split = split_links(graph, {}, {}, rng);
    check_valid(split.pairs, {});
    const Keys links = links_of(graph);
    CHECK(!meet(keys_of(split.pairs.validation.negatives), links));
    CHECK(!meet(keys_of(split.pairs.test.negatives), links));
    Keys dealt;
    for (const Part part : parts) dealt.merge(keys_of(split.pairs.of(part).positives));
    CHECK(dealt == links);
  }
}

TEST_CASE("link split: negatives of training are drawn without knowing the other parts", "[data][pairs]") {
  // 12 nodes with 60 of 66 links: hardly a negative could be found if the 12 links to find were excluded.
  Rng rng(3);
  const Graph graph = gnm_graph(12, 60, rng);
  const LinkSplit split = split_links(graph, {}, {.train_ratio = 0.8, .validation_ratio = 0.1, .test_ratio = 0.1}, rng);
  CHECK(split.pairs.train.negatives.size() == 18);  // all of 66 - 48 pairs
  Keys others = keys_of(split.pairs.test.positives);
  others.merge(keys_of(split.pairs.validation.positives));
  CHECK(meet(keys_of(split.pairs.train.negatives), others));
  CHECK(split.pairs.test.negatives.size() == 6);  // all there are, each of them 6 positives' worth
  CHECK(!meet(keys_of(split.pairs.test.negatives), links_of(graph)));
}

TEST_CASE("link split: arcs there and back go to the same part, and no target is a message arc in reverse",
          "[data][pairs]") {
  Rng rng(4);
  const Graph graph = support::random_graph(25, 200, rng, {.directed = true, .weighted = true});
  const LinkSplit split = split_links(graph, {}, {}, rng);
  const Keys message = links_of(split.message_graph);
  CHECK(message == keys_of(split.pairs.train.positives));
  CHECK(!meet(message, keys_of(split.pairs.validation.positives)));
  CHECK(!meet(message, keys_of(split.pairs.test.positives)));
  // Direction and weight of each message arc are those of the graph, and no arc of a training link is missing.
  Index arcs = 0;
  for (NodeId u = 0; u < 25; ++u) {
    for (const NodeId v : graph.neighbors(u)) arcs += u != v && message.count(pair_key({u, v})) == 1 ? 1 : 0;
    for (std::size_t i = 0; i < split.message_graph.neighbors(u).size(); ++i) {
      const NodeId v = split.message_graph.neighbors(u)[i];
      const auto row = graph.neighbors(u);
      const auto found = std::lower_bound(row.begin(), row.end(), v);
      REQUIRE((found != row.end() && *found == v));
      const auto weight = [](const Graph& g, NodeId from, std::ptrdiff_t k) {
        return g.weights()[static_cast<std::size_t>(g.offsets()[static_cast<std::size_t>(from)] + k)];
      };
      CHECK(weight(split.message_graph, u, static_cast<std::ptrdiff_t>(i)) == weight(graph, u, found - row.begin()));
    }
  }
  CHECK(split.message_graph.arc_count() == arcs);
  CHECK(split.message_graph.directed());
}

TEST_CASE("link split: self-loops take no part", "[data][pairs]") {
  std::vector<Edge> edges;
  for (NodeId u = 0; u < 40; ++u) {
    edges.push_back({u, u});
    edges.push_back({u, static_cast<NodeId>((u + 1) % 40)});
  }
  Rng rng(5);
  const LinkSplit split = split_links(Graph::from_edges(40, edges), {}, {}, rng);
  CHECK(split.pairs.train.positives.size() == 32);
  CHECK(split.message_graph.counts().self_loops == 0);
  CHECK(split.message_graph.arc_count() == 64);
}

TEST_CASE("link split: each graph of a union is dealt by itself, a complete one without negatives", "[data][pairs]") {
  const std::vector<Graph> graphs{grid_graph(5, 5), support::complete(6), support::cycle(30), support::path(2)};
  const Graph all = disjoint_union(graphs);
  std::vector<std::int32_t> graph_of_node;
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    graph_of_node.insert(graph_of_node.end(), static_cast<std::size_t>(graphs[g].node_count()),
                         static_cast<std::int32_t>(g));
  }
  Rng rng(6);
  const LinkSplit split = split_links(all, graph_of_node, {}, rng);
  check_valid(split.pairs, graph_of_node);
  const auto count = [&](const std::vector<NodePair>& pairs, std::int32_t graph) {
    return std::count_if(pairs.begin(), pairs.end(),
                         [&](NodePair pair) { return graph_of_node[static_cast<std::size_t>(pair.u)] == graph; });
  };
  CHECK(count(split.pairs.train.positives, 0) == 32);
  CHECK(count(split.pairs.test.positives, 0) == 4);
  CHECK(count(split.pairs.train.positives, 1) == 12);
  CHECK(count(split.pairs.train.negatives, 1) == 3);  // the links of the other parts
  CHECK(count(split.pairs.test.negatives, 1) == 0);
  CHECK(count(split.pairs.train.positives, 2) == 24);
  CHECK(count(split.pairs.test.negatives, 2) == 3);
  CHECK(count(split.pairs.train.positives, 3) == 1);
  CHECK(count(split.pairs.test.positives, 3) == 0);
}

TEST_CASE("link split: the same for the same seed and any number of threads, another for another seed",
          "[data][pairs]") {
  const LinkSplit first = grid_split(7);
  for (const int threads : {1, 2, 3}) {
    const support::Threads scope(threads);
    const LinkSplit again = grid_split(7);
    CHECK(same(first.pairs, again.pairs));
    CHECK(support::same_graph(first.message_graph, again.message_graph));
  }
  CHECK(!same(first.pairs, grid_split(8).pairs));
}

TEST_CASE("link split: every link is as likely to be a target", "[data][pairs]") {
  Rng rng(8);
  std::map<std::uint64_t, int> tested;
  for (int round = 0; round < 4000; ++round) {
    const LinkSplit split = split_links(support::cycle(20), {}, {}, rng);
    for (const NodePair pair : split.pairs.test.positives) ++tested[pair_key(pair)];
  }
  CHECK(tested.size() == 20);
  for (const auto& [key, times] : tested) CHECK(std::abs(times - 400) < 95);  // 5 deviations of 19
}

TEST_CASE("link split: what the ratios leave over belongs to no part, and is no negative of the test",
          "[data][pairs]") {
  Rng rng(9);
  const Graph graph = support::complete(8);  // 28 links
  CHECK_THROWS_AS(split_links(graph, {}, {.train_ratio = 0.5, .validation_ratio = 0.2, .test_ratio = 0.1}, rng),
                  UsageError);
  const Graph grid = grid_graph(10, 10);  // 180 links
  const LinkSplit split = split_links(grid, {}, {.train_ratio = 0.3, .validation_ratio = 0.1, .test_ratio = 0.1}, rng);
  CHECK(split.message_graph.edge_count() == 54);
  CHECK(split.pairs.test.positives.size() == 18);
  CHECK(!meet(keys_of(split.pairs.test.negatives), links_of(grid)));
}

TEST_CASE("pair splits: ratios that make no sense or leave a part empty are refused", "[data][pairs]") {
  Rng rng(10);
  const Graph grid = grid_graph(4, 4);
  const std::vector<std::int32_t> labels(16, 0);
  for (const PairSplitOptions& options : {PairSplitOptions{.train_ratio = -0.1}, PairSplitOptions{.train_ratio = 0.9},
                                          PairSplitOptions{.train_ratio = NAN}, PairSplitOptions{.validation_ratio = 0},
                                          PairSplitOptions{.most_pairs = -1}}) {
    CHECK_THROWS_AS(split_links(grid, {}, options, rng), UsageError);
    CHECK_THROWS_AS(split_pairs(some_labels(), {}, 27, options, rng), UsageError);
  }
  CHECK_THROWS_WITH(split_links(support::path(4), {}, {}, rng), Catch::Contains("of 3 over all parts"));
  CHECK_THROWS_AS(split_links(Graph(), {}, {}, rng), UsageError);
  CHECK_THROWS_WITH(split_pairs(labels, {}, 16, {}, rng),
                    Catch::Contains("'validation' with 12 positives") && Catch::Contains("0 negatives"));
  CHECK_THROWS_AS(split_pairs(std::vector<std::int32_t>(16, -1), {}, 16, {}, rng), UsageError);
  CHECK_THROWS_AS(split_pairs(labels, {}, 15, {}, rng), ShapeError);
}

TEST_CASE("link split: an arc between two graphs is refused", "[data][pairs]") {
  Rng rng(11);
  const std::vector<std::int32_t> graphs{0, 0, 0, 1, 1};
  CHECK_THROWS_WITH(split_links(support::path(5), graphs, {}, rng),
                    Catch::Contains("arc (2, 3) joins the graphs 0 and 1"));
  CHECK_THROWS_AS(split_links(support::path(6), graphs, {}, rng), ShapeError);
}

TEST_CASE("leak check: each planted leak is found and named", "[data][pairs]") {
  const LinkSplit good = grid_split();
  CHECK_NOTHROW(check_no_leak(good));
  const auto message_of = [&](auto&& plant) {
    LinkSplit split = good;
    plant(split);
    try {
      check_no_leak(split);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const auto turned = [](NodePair pair) { return NodePair{pair.v, pair.u}; };
  const auto with_arc = [&](NodePair arc, bool directed) {
    std::vector<Edge> edges;
    for (const NodePair pair : good.pairs.train.positives) edges.push_back({pair.u, pair.v});
    edges.push_back({arc.u, arc.v});
    return Graph::from_edges(400, edges, {.directed = directed});
  };
  using Catch::Contains;
  const NodePair test = good.pairs.test.positives[5];
  const std::string name = fmt::format("({}, {})", test.u, test.v);
  CHECK_THAT(message_of([&](LinkSplit& s) { s.message_graph = with_arc(test, true); }),
             Contains("test positive " + name + " is a message arc") && !Contains("turned"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.message_graph = with_arc(turned(test), true); }),
             Contains("test positive " + name + " is a message arc turned around"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.message_graph = with_arc(s.pairs.validation.positives[0], false); }),
             Contains("validation positive"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.message_graph = with_arc(s.pairs.test.negatives[3], false); }),
             Contains("test negative"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.test.negatives[0] = turned(test); }),
             Contains("is a positive of this part or an earlier one"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.test.negatives[0] = s.pairs.validation.positives[2]; }),
             Contains("test negative") && Contains("is a positive"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.train.negatives[0] = turned(s.pairs.train.positives[9]); }),
             Contains("train negative") && Contains("is a positive"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.test.positives[0] = turned(s.pairs.validation.positives[1]); }),
             Contains("test positive") && Contains("occurs twice"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.test.positives[0] = test; }), Contains("occurs twice"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.test.positives[0] = {7, 7}; }), Contains("with itself"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.train.negatives[0] = {7, 7}; }), Contains("with itself"));
  CHECK_THAT(message_of([&](LinkSplit& s) { s.pairs.test.negatives[0] = {7, 400}; }), Contains("400 nodes"));
  // A training negative may be a link to find: excluding it would tell of the test.
  CHECK(message_of([&](LinkSplit& s) { s.pairs.train.negatives[0] = test; }) == "nothing");
}

TEST_CASE("pair split: positives have equal labels, negatives of validation and test different ones", "[data][pairs]") {
  const std::vector<std::int32_t> labels = some_labels();
  std::map<std::int32_t, std::size_t> sizes;
  for (const std::int32_t label : labels) ++sizes[label];
  std::size_t all = 0;
  for (const auto& [label, size] : sizes) all += label < 0 ? 0 : size * (size - 1) / 2;
  const auto equal = [&](NodePair pair) {
    const auto of = [&](NodeId u) { return labels[static_cast<std::size_t>(u)]; };
    CHECK((of(pair.u) >= 0 && of(pair.v) >= 0));
    return of(pair.u) == of(pair.v);
  };
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed);
    const PairSplit split = split_pairs(labels, {}, 27, {}, rng);
    check_valid(split, {});
    std::size_t positives = 0;
    for (const Part part : parts) {
      const PairSet& set = split.of(part);
      positives += set.positives.size();
      CHECK(set.negatives.size() == set.positives.size());
      CHECK(std::all_of(set.positives.begin(), set.positives.end(), equal));
      if (part != Part::train) CHECK(std::none_of(set.negatives.begin(), set.negatives.end(), equal));
    }
    CHECK(positives == all);
    CHECK(split.train.positives.size() == static_cast<std::size_t>(std::llround(0.8 * static_cast<double>(all))));
    // Training does not know of the other parts: some of their positives are among its negatives.
    CHECK(std::any_of(split.train.negatives.begin(), split.train.negatives.end(), equal));
  }
}

TEST_CASE("pair split: pairs stay within their graph, and each graph is dealt by itself", "[data][pairs]") {
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> graph_of_node;
  for (std::int32_t u = 0; u < 60; ++u) {
    labels.push_back(u % 2);
    graph_of_node.push_back(u / 2 % 3);
  }
  Rng rng(12);
  const PairSplit split = split_pairs(labels, graph_of_node, 60, {}, rng);
  check_valid(split, graph_of_node);
  for (std::int32_t graph = 0; graph < 3; ++graph) {
    const auto count = [&](const std::vector<NodePair>& pairs) {
      return std::count_if(pairs.begin(), pairs.end(),
                           [&](NodePair pair) { return graph_of_node[static_cast<std::size_t>(pair.u)] == graph; });
    };
    CHECK(count(split.train.positives) == 72);  // of 2 * 45
    CHECK(count(split.train.negatives) == 72);
    CHECK(count(split.test.positives) == 9);
    CHECK(count(split.test.negatives) == 9);
  }
}

TEST_CASE("pair split: with most_pairs every positive is as likely, and no list of all is made", "[data][pairs]") {
  const std::vector<std::int32_t> labels = some_labels();
  std::map<std::uint64_t, int> seen;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Rng rng(seed);
    const PairSplit split = split_pairs(labels, {}, 27, {.most_pairs = 20}, rng);
    CHECK(split.train.positives.size() == 16);
    for (const Part part : parts) {
      for (const NodePair pair : split.of(part).positives) ++seen[pair_key(pair)];
    }
  }
  Rng rng(0);
  const PairSplit whole = split_pairs(labels, {}, 27, {}, rng);
  const std::size_t all =
      whole.train.positives.size() + whole.validation.positives.size() + whole.test.positives.size();
  CHECK(seen.size() == all);
  const double expected = 3000.0 * 20 / static_cast<double>(all);
  for (const auto& [key, times] : seen) CHECK(std::abs(times - expected) < 5 * std::sqrt(expected));
  // 3 * 10^9 pairs of equal labels: a list of them would not fit.
  const std::vector<std::int32_t> many(80000, 1);
  std::vector<std::int32_t> two = many;
  std::fill(two.begin(), two.begin() + 2000, 0);
  CHECK(split_pairs(two, {}, 80000, {.most_pairs = 1000}, rng).train.positives.size() == 800);
}

TEST_CASE("pair split by nodes: no node of one part is in a pair of another", "[data][pairs]") {
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> graph_of_node;
  for (std::int32_t u = 0; u < 200; ++u) {
    labels.push_back(u % 10 == 9 ? -1 : u % 4);
    graph_of_node.push_back(u / 100);
  }
  for (const Index most : {Index{0}, Index{100}}) {
    Rng rng(13);
    const PairSplit split = split_pairs(labels, graph_of_node, 200, {.node_disjoint = true, .most_pairs = most}, rng);
    check_valid(split, graph_of_node);
    std::array<std::set<NodeId>, 3> nodes;
    for (std::size_t p = 0; p < 3; ++p) {
      const PairSet& set = split.of(parts[p]);
      for (const auto* pairs : {&set.positives, &set.negatives}) {
        for (const NodePair pair : *pairs) {
          nodes[p].insert({pair.u, pair.v});
          const bool equal = labels[static_cast<std::size_t>(pair.u)] == labels[static_cast<std::size_t>(pair.v)];
          CHECK(equal == (pairs == &set.positives));
          CHECK(labels[static_cast<std::size_t>(pair.u)] >= 0);
        }
      }
      CHECK(set.negatives.size() == set.positives.size());
      for (std::size_t q = 0; q < p; ++q) {
        CHECK(std::none_of(nodes[q].begin(), nodes[q].end(), [&](NodeId u) { return nodes[p].count(u) == 1; }));
      }
    }
    if (most == 0) CHECK(nodes[0].size() == 144);  // 80 % of 90 labeled nodes of each graph
    if (most > 0) CHECK(split.train.positives.size() == 2 * 80);
  }
}

TEST_CASE("pair split by nodes: every node is as likely to be tested", "[data][pairs]") {
  std::vector<std::int32_t> labels;
  for (std::int32_t u = 0; u < 40; ++u) labels.push_back(u % 4);
  std::map<NodeId, int> tested;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Rng rng(seed);
    const PairSplitOptions options{
        .train_ratio = 0.5, .validation_ratio = 0.25, .test_ratio = 0.25, .node_disjoint = true};
    std::set<NodeId> nodes;
    const PairSplit split = split_pairs(labels, {}, 40, options, rng);
    for (const NodePair pair : split.test.positives) nodes.insert({pair.u, pair.v});
    for (const NodeId u : nodes) ++tested[u];
  }
  CHECK(tested.size() == 40);
  // Among the 10 test nodes with odds 1/4, and then with another of its label: 1 - C(30, 9) / C(39, 9) = 0.932.
  for (const auto& [node, times] : tested) CHECK(std::abs(times - 233) < 68);  // 5 deviations of 13.4
}

TEST_CASE("pair split: the same for the same seed and any number of threads", "[data][pairs]") {
  for (const bool disjoint : {false, true}) {
    const auto split = [&](std::uint64_t seed, int threads) {
      const support::Threads scope(threads);
      Rng rng(seed);
      std::vector<std::int32_t> labels;
      for (std::int32_t u = 0; u < 300; ++u) labels.push_back(u % 7);
      return split_pairs(labels, {}, 300, {.node_disjoint = disjoint, .most_pairs = 500}, rng);
    };
    CHECK(same(split(1, 1), split(1, 3)));
    CHECK(!same(split(1, 1), split(2, 1)));
  }
}
