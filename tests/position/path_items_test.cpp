#include "position/path_items.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

using Pair = std::pair<std::int32_t, NodeId>;  // anchor, node
using Lists = std::map<Pair, std::vector<NodeId>>;

struct Listed {
  std::map<Pair, Index> level;
  std::map<Pair, double> log_count;
  Lists predecessors, successors, siblings;

  bool operator==(const Listed& other) const = default;
};

/// Items by what they stand for; checks on the way that they are sorted and that lists stay with one anchor.
Listed read(const PathItems& items, const AnchorSet& anchors) {
  Listed result;
  const std::vector<std::int32_t> slots = anchors.slots();
  const auto& lists = items.lists;
  REQUIRE(lists.item_count() == items.item_count());
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < items.node.size(); ++i) pairs.emplace_back(items.anchor[i], items.node[i]);
  const auto row = [&](std::size_t i) {
    return std::pair(items.node[i], slots[static_cast<std::size_t>(items.anchor[i])]);
  };
  const auto list = [&](const std::vector<std::int32_t>& offsets, const std::vector<std::int32_t>& listed,
                        std::size_t i) {
    std::vector<NodeId> nodes;
    for (auto k = offsets[i]; k < offsets[i + 1]; ++k) {
      const auto other = static_cast<std::size_t>(listed[static_cast<std::size_t>(k)]);
      REQUIRE(other < items.node.size());
      CHECK(items.anchor[other] == items.anchor[i]);
      nodes.push_back(items.node[other]);
    }
    CHECK(std::is_sorted(nodes.begin(), nodes.end()));
    return nodes;
  };
  for (Index level = 0; level < lists.level_count(); ++level) {
    const auto begin = static_cast<std::size_t>(lists.level_offsets[static_cast<std::size_t>(level)]);
    const auto end = static_cast<std::size_t>(lists.level_offsets[static_cast<std::size_t>(level) + 1]);
    CHECK(begin < end);
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) CHECK(row(i - 1) < row(i));
      result.level[pairs[i]] = level;
      result.log_count[pairs[i]] = static_cast<double>(items.log_path_count[i]);
      result.predecessors[pairs[i]] = list(lists.predecessor_offsets, lists.predecessors, i);
      result.successors[pairs[i]] = list(lists.successor_offsets, lists.successors, i);
      if (!lists.sibling_offsets.empty()) result.siblings[pairs[i]] = list(lists.sibling_offsets, lists.siblings, i);
    }
  }
  CHECK(result.level.size() == items.node.size());  // no pair twice
  return result;
}

/// The definition, one anchor group and node at a time. length: of an arc; hops: levels beyond are left out.
Listed by_definition(const Graph& graph, const AnchorSet& anchors, const PathOptions& options) {
  const Graph out = options.direction == PathDirection::from_anchor ? graph : graph.reversed();
  const auto nodes = static_cast<std::size_t>(graph.node_count());
  Listed result;
  for (std::size_t g = 0; g < anchors.groups.size(); ++g) {
    const auto anchor = static_cast<std::int32_t>(g);
    std::vector<double> length(nodes, std::numeric_limits<double>::infinity());
    for (const NodeId u : anchors.groups[g]) length[static_cast<std::size_t>(u)] = 0;
    const auto weight = [&](std::size_t arc) {
      return options.weighted ? static_cast<double>(out.weights()[arc]) : 1.0;
    };
    const auto for_arcs = [&](const auto& call) {
      for (std::size_t u = 0; u < nodes; ++u) {
        for (auto arc = static_cast<std::size_t>(out.offsets()[u]);
             arc < static_cast<std::size_t>(out.offsets()[u + 1]); ++arc) {
          call(u, static_cast<std::size_t>(out.targets()[arc]), arc);
        }
      }
    };
    for (bool changed = true; changed;) {  // Bellman and Ford
      changed = false;
      for_arcs([&](std::size_t u, std::size_t v, std::size_t arc) {
        if (length[u] + weight(arc) < length[v]) {
          length[v] = length[u] + weight(arc);
          changed = true;
        }
      });
    }
    std::vector<std::vector<NodeId>> before(nodes);
    for_arcs([&](std::size_t u, std::size_t v, std::size_t arc) {
      if (length[v] > 0 && std::isfinite(length[v]) &&
          std::abs(length[u] + weight(arc) - length[v]) <= 1e-9 * length[v]) {
        before[v].push_back(static_cast<NodeId>(u));
      }
    });
    std::vector<NodeId> order;
    for (std::size_t u = 0; u < nodes; ++u) {
      if (std::isfinite(length[u])) order.push_back(static_cast<NodeId>(u));
    }
    const auto length_of = [&](NodeId u) { return length[static_cast<std::size_t>(u)]; };
    std::stable_sort(order.begin(), order.end(), [&](NodeId a, NodeId b) { return length_of(a) < length_of(b); });
    std::map<NodeId, Index> level;
    std::map<NodeId, double> count;
    for (const NodeId u : order) {
      level[u] = 0;
      count[u] = length_of(u) == 0 ? 1 : 0;
      for (const NodeId w : before[static_cast<std::size_t>(u)]) {
        level[u] = std::max(level[u], level[w] + 1);
        count[u] += count[w];
      }
    }
    for (const NodeId u : order) {
      if (options.max_hops > 0 && level[u] > options.max_hops) continue;
      const Pair own{anchor, u};
      result.level[own] = level[u];
      result.log_count[own] = std::log(count[u]);
      result.predecessors[own] = before[static_cast<std::size_t>(u)];
      result.successors[own];
      for (const NodeId w : before[static_cast<std::size_t>(u)]) result.successors[{anchor, w}].push_back(u);
      if (!options.siblings) continue;
      std::set<NodeId> siblings;
      for_arcs([&](std::size_t a, std::size_t b, std::size_t) {
        for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
          const auto other = static_cast<NodeId>(to);
          if (static_cast<NodeId>(from) == u && other != u && std::isfinite(length[to]) && level[other] == level[u]) {
            siblings.insert(other);
          }
        }
      });
      result.siblings[own] = {siblings.begin(), siblings.end()};
    }
  }
  for (auto& [pair, list] : result.successors) std::sort(list.begin(), list.end());
  for (auto& [pair, list] : result.predecessors) std::sort(list.begin(), list.end());
  return result;
}

void check_definition(const Graph& graph, const AnchorSet& anchors, const PathOptions& options) {
  const PathItems items = shortest_path_items(graph, anchors, options);
  const Listed found = read(items, anchors);
  const Listed expected = by_definition(graph, anchors, options);
  CHECK(found.level == expected.level);
  CHECK(found.predecessors == expected.predecessors);
  CHECK(found.successors == expected.successors);
  CHECK(found.siblings == expected.siblings);
  REQUIRE(found.log_count.size() == expected.log_count.size());
  for (const auto& [pair, log] : expected.log_count) {
    CHECK(found.log_count.at(pair) == Approx(log).epsilon(2e-7).margin(1e-12));  // one rounding to float
  }
}

AnchorSet anchors_of(const Graph& graph, const std::string& strategy, Index count, std::uint64_t seed = 3) {
  Rng rng(seed);
  return select_anchors(graph, {}, {.strategy = strategy, .count = count}, rng);
}

bool same_items(const PathItems& a, const PathItems& b) {
  return a.node == b.node && a.anchor == b.anchor && a.log_path_count == b.log_path_count && a.distance == b.distance &&
         a.lists.level_offsets == b.lists.level_offsets && a.lists.predecessor_offsets == b.lists.predecessor_offsets &&
         a.lists.predecessors == b.lists.predecessors && a.lists.successor_offsets == b.lists.successor_offsets &&
         a.lists.successors == b.lists.successors && a.lists.sibling_offsets == b.lists.sibling_offsets &&
         a.lists.siblings == b.lists.siblings;
}

}  // namespace

TEST_CASE("path items: levels, lists and path counts are those of the definition, hops in both directions",
          "[position][paths]") {
  Rng rng(1);
  for (const bool directed : {false, true}) {
    for (const Index edges : {0, 40, 70, 200}) {
      const Graph graph = support::random_graph(50, edges, rng, {.directed = directed});
      for (const auto direction : {PathDirection::from_anchor, PathDirection::towards_anchor}) {
        const PathOptions options{.direction = direction, .siblings = true};
        check_definition(graph, anchors_of(graph, "random", 9), options);
        check_definition(graph, anchors_of(graph, "sets", 5), options);
      }
    }
  }
}

TEST_CASE("path items: more than 64 anchors, K > n, cliques, stars and self-loops", "[position][paths]") {
  Rng rng(2);
  const Graph graph = support::random_graph(90, 150, rng);
  check_definition(graph, anchors_of(graph, "random", 75), {});
  check_definition(support::complete(9), anchors_of(support::complete(9), "random", 30), {.siblings = true});
  check_definition(support::star(40), anchors_of(support::star(40), "farthest", 4), {.siblings = true});
  const Graph loops = Graph::from_edges(4, std::vector<Edge>{{0, 0}, {0, 1}, {1, 1}, {3, 3}});
  check_definition(loops, {{{0}, {3}, {1, 2}}, {}}, {.siblings = true});
}

TEST_CASE("path items: levels beyond max_hops are left out, also of the successors", "[position][paths]") {
  Rng rng(3);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(60, 90, rng, {.directed = directed});
    for (const Index most : {1, 2, 4}) {
      check_definition(graph, anchors_of(graph, "random", 7), {.max_hops = most, .siblings = true});
    }
  }
}

TEST_CASE("path items: weighted ones follow the DAG of shortest lengths", "[position][paths]") {
  Rng rng(4);
  for (const bool directed : {false, true}) {
    for (const bool whole : {true, false}) {
      // Whole weights give many paths of equal length, of different numbers of arcs; tenths give equal ones that differ
      // by rounding.
      std::vector<Edge> edges;
      for (int i = 0; i < 140; ++i) {
        const auto u = static_cast<NodeId>(rng.below(50));
        const auto v = static_cast<NodeId>(rng.below(50));
        const bool known = std::any_of(edges.begin(), edges.end(), [&](const Edge& e) {
          return (e.source == u && e.target == v) || (e.source == v && e.target == u);
        });
        if (!known) edges.push_back({u, v, static_cast<Real>(1 + rng.below(4)) * (whole ? Real(1) : Real(0.1))});
      }
      const Graph graph = Graph::from_edges(50, edges, {.directed = directed, .weighted = true});
      for (const Index most : {0, 3}) {
        for (const auto direction : {PathDirection::from_anchor, PathDirection::towards_anchor}) {
          const PathOptions options{.max_hops = most, .direction = direction, .weighted = true, .siblings = true};
          check_definition(graph, anchors_of(graph, "random", 6), options);
        }
      }
      const AnchorSet sets = anchors_of(graph, "sets", 4);
      const PathItems items = shortest_path_items(graph, sets, {.weighted = true});
      const PathLengths lengths = path_lengths(graph, sets);
      for (std::size_t i = 0; i < items.node.size(); ++i)
        CHECK(items.distance[i] == lengths.at(items.node[i], items.anchor[i]));
    }
  }
}

TEST_CASE("path items: without weights, weighted paths are the hops", "[position][paths]") {
  Rng rng(5);
  const Graph graph = support::random_graph(80, 160, rng);
  const AnchorSet anchors = anchors_of(graph, "random", 8);
  PathItems weighted = shortest_path_items(graph, anchors, {.weighted = true});
  weighted.distance.clear();
  CHECK(same_items(weighted, shortest_path_items(graph, anchors, {})));
}

TEST_CASE("path items: an arc so short that rounding swallows it still joins two levels", "[position][paths]") {
  const std::vector<Edge> edges{{0, 1, 1}, {1, 2, Real(1e-20)}, {2, 2, Real(1e-20)}, {2, 3, 1}};
  const Graph graph = Graph::from_edges(4, edges, {.weighted = true});
  const PathItems items = shortest_path_items(graph, {{{0}}, {}}, {.weighted = true});
  CHECK(items.node == std::vector<NodeId>{0, 1, 2, 3});
  CHECK(items.lists.level_count() == 4);
  CHECK(items.lists.predecessors == std::vector<std::int32_t>{0, 1, 2});
}

TEST_CASE("path items: on a grid path counts are binomials, 3.5e10 from corner to corner of 20 x 20",
          "[position][paths]") {
  const PathItems items = shortest_path_items(grid_graph(20, 20), {{{0}}, {}}, {});
  double last = 0;
  for (std::size_t i = 0; i < items.node.size(); ++i) {
    const int row = items.node[i] / 20;
    const int column = items.node[i] % 20;
    const double log_binomial = std::lgamma(row + column + 1) - std::lgamma(row + 1) - std::lgamma(column + 1);
    CHECK(static_cast<double>(items.log_path_count[i]) == Approx(log_binomial).epsilon(1e-6).margin(1e-6));
    if (items.node[i] == 399) last = static_cast<double>(items.log_path_count[i]);
  }
  CHECK(last == Approx(std::log(35345263800.0)).epsilon(1e-7));  // (38 over 19)
}

TEST_CASE("path items: counts that no double holds stay finite as logarithms", "[position][paths]") {
  // A chain of 2,000 diamonds: 2^2000 paths.
  std::vector<Edge> edges;
  for (NodeId i = 0; i < 2000; ++i) {
    for (const NodeId side : {1, 2}) {
      edges.push_back({3 * i, 3 * i + side});
      edges.push_back({3 * i + side, 3 * i + 3});
    }
  }
  const PathItems items = shortest_path_items(Graph::from_edges(6001, edges), {{{0}}, {}}, {});
  CHECK(items.node.back() == 6000);
  CHECK(static_cast<double>(items.log_path_count.back()) == Approx(2000 * std::log(2.0)).epsilon(1e-7));
}

TEST_CASE("path items: every edge of a grid is an arc of every anchor's DAG, 760 on 20 x 20", "[position][paths]") {
  const Graph grid = grid_graph(20, 20);
  const PathItems items = shortest_path_items(grid, anchors_of(grid, "random", 64), {.siblings = true});
  CHECK(items.item_count() == 400 * 64);
  CHECK(items.lists.predecessors.size() == 760 * 64);
  CHECK(items.lists.siblings.empty());
}

TEST_CASE("path items: every edge lies between two levels or among siblings", "[position][paths]") {
  Rng rng(6);
  const Graph graph = caveman_graph(20, 20, 0.01, rng);
  const PathItems items = shortest_path_items(graph, anchors_of(graph, "random", 64), {.siblings = true});
  const auto dag = static_cast<Index>(items.lists.predecessors.size());
  CHECK(dag + static_cast<Index>(items.lists.siblings.size()) / 2 == 64 * graph.edge_count());
  // Most edges of cliques lie among siblings: on average 666 of 3,800 are in a DAG (one draw of graph and anchors).
  CHECK(static_cast<double>(dag) / 64 == Approx(666).epsilon(0.1));
}

TEST_CASE("path items: a tree keeps one predecessor of each item, and draws it uniformly", "[position][paths]") {
  Rng rng(7);
  const Graph graph = support::random_graph(60, 150, rng);
  const AnchorSet anchors = anchors_of(graph, "random", 70);
  const Listed all = read(shortest_path_items(graph, anchors, {}), anchors);
  const PathItems items = shortest_path_items(graph, anchors, {.one_predecessor = true, .tree_key = 5});
  const Listed tree = read(items, anchors);
  CHECK(tree.level == all.level);
  Lists turned;
  for (const auto& [pair, list] : tree.predecessors) {
    CHECK(list.size() == (tree.level.at(pair) == 0 ? 0 : 1));
    CHECK(tree.log_count.at(pair) == 0);
    const auto& choices = all.predecessors.at(pair);
    for (const NodeId w : list) {
      CHECK(std::binary_search(choices.begin(), choices.end(), w));
      turned[{pair.first, w}].push_back(pair.second);
    }
  }
  for (const auto& [pair, list] : tree.successors) CHECK(list == turned[pair]);

  const auto choose = [](std::uint64_t key) {
    // Node 4 has the predecessors 1, 2, 3.
    const Graph fan = Graph::from_edges(5, std::vector<Edge>{{0, 1}, {0, 2}, {0, 3}, {1, 4}, {2, 4}, {3, 4}});
    const PathItems found = shortest_path_items(fan, {{{0}}, {}}, {.one_predecessor = true, .tree_key = key});
    return static_cast<std::size_t>(found.lists.predecessors.back());
  };
  std::vector<int> chosen(4, 0);
  for (std::uint64_t key = 0; key < 3000; ++key) ++chosen[choose(key)];
  // Mean 1000, deviation sqrt(3000 * 2 / 9) = 26; 5 deviations.
  for (std::size_t w = 1; w < 4; ++w) CHECK(std::abs(chosen[w] - 1000) < 130);
}

TEST_CASE("path items: relabeling the nodes relabels the items", "[position][paths]") {
  Rng rng(8);
  const Graph graph = support::random_graph(80, 140, rng);
  const AnchorSet anchors = anchors_of(graph, "random", 20);
  const std::vector<NodeId> new_id = support::shuffled_ids(80, rng);
  AnchorSet moved = anchors;
  for (auto& group : moved.groups) group.front() = new_id[static_cast<std::size_t>(group.front())];
  const Listed plain = read(shortest_path_items(graph, anchors, {}), anchors);
  const Listed other = read(shortest_path_items(relabeled(graph, new_id), moved, {}), moved);
  REQUIRE(plain.level.size() == other.level.size());
  const auto renamed = [&](NodeId u) { return new_id[static_cast<std::size_t>(u)]; };
  for (const auto& [pair, level] : plain.level) {
    const Pair there{pair.first, renamed(pair.second)};
    CHECK(other.level.at(there) == level);
    CHECK(other.log_count.at(there) == Approx(plain.log_count.at(pair)).epsilon(1e-6));  // sums in another order
    std::vector<NodeId> expected;
    for (const NodeId w : plain.predecessors.at(pair)) expected.push_back(renamed(w));
    std::sort(expected.begin(), expected.end());
    CHECK(other.predecessors.at(there) == expected);
  }
}

TEST_CASE("path items: the same for any number of threads", "[position][paths]") {
  Rng rng(9);
  const Graph graph = support::random_graph(5000, 12000, rng, {.weighted = true});
  const AnchorSet anchors = anchors_of(graph, "random", 12);
  for (const bool weighted : {false, true}) {
    for (const bool tree : {false, true}) {
      const PathOptions options{.weighted = weighted, .siblings = true, .one_predecessor = tree, .tree_key = 1};
      std::vector<PathItems> found;
      for (const int threads : {1, 2, 3}) {
        const support::Threads scope(threads);
        found.push_back(shortest_path_items(graph, anchors, options));
      }
      CHECK(same_items(found[0], found[1]));
      CHECK(same_items(found[0], found[2]));
    }
  }
}

TEST_CASE("path items: graphs of a union share slots, and anchors keep their numbers", "[position][paths]") {
  const std::vector<Graph> parts{support::path(3), support::cycle(4)};
  const AnchorSet anchors{{{0}, {3}, {5, 6}}, {0, 1, 1}};
  PathItems items = shortest_path_items(disjoint_union(parts), anchors, {});
  CHECK(items.anchor_count == 3);
  CHECK(items.slot_count == 2);
  const Listed found = read(items, anchors);
  CHECK(found.level.size() == 3 + 4 + 4);
  CHECK(found.level.at({0, 2}) == 2);
  CHECK(found.level.at({1, 5}) == 2);
  CHECK(found.level.at({2, 3}) == 1);
  CHECK(found.predecessors.at({1, 5}) == std::vector<NodeId>{4, 6});
  const PathItems numbered = items;
  lists_to_rows(items, anchors);
  const std::vector<std::int32_t> slots = anchors.slots();
  for (std::size_t k = 0; k < items.lists.predecessors.size(); ++k) {
    const auto item = static_cast<std::size_t>(numbered.lists.predecessors[k]);
    CHECK(items.lists.predecessors[k] == items.node[item] * 2 + slots[static_cast<std::size_t>(items.anchor[item])]);
  }
}

TEST_CASE("path items: nothing to list gives empty lists", "[position][paths]") {
  for (const PathItems& items :
       {shortest_path_items(Graph(), {}, {.siblings = true}),
        shortest_path_items(support::path(3), {}, {.siblings = true}),
        shortest_path_items(support::path(3), {{{}}, {}}, {.siblings = true, .one_predecessor = true})}) {
    CHECK(items.item_count() == 0);
    CHECK(items.lists.level_count() == 0);
    CHECK(items.lists.predecessor_offsets == std::vector<std::int32_t>{0});
    CHECK(items.lists.successor_offsets == std::vector<std::int32_t>{0});
  }
}

TEST_CASE("path items: the bytes planned from counts are never too few, and the sampled ones are near",
          "[position][paths]") {
  Rng rng(10);
  const std::vector<Graph> graphs{grid_graph(30, 30), caveman_graph(20, 20, 0.01, rng),
                                  support::random_graph(900, 4000, rng),
                                  support::random_graph(400, 900, rng, {.directed = true})};
  for (const Graph& graph : graphs) {
    const AnchorSet anchors = anchors_of(graph, "random", 24);
    for (const bool siblings : {false, true}) {
      for (const bool tree : {false, true}) {
        const PathOptions options{.siblings = siblings, .one_predecessor = tree};
        const Index held = held_bytes(shortest_path_items(graph, anchors, options));
        const PathBytes bound =
            planned_bytes(graph.node_count(), graph.arc_count(), graph.directed(), anchors.slot_count(), options);
        CHECK(bound.result >= held);
        CHECK(bound.peak >= bound.result);
        // 8 of 24 slots; half the nodes of a sparse directed graph may reach nothing, so that slots differ much there.
        const PathBytes sampled = planned_bytes(graph, anchors, options, 8);
        CHECK(static_cast<double>(sampled.result) == Approx(held).epsilon(graph.directed() ? 0.5 : 0.15));
        const PathBytes all = planned_bytes(graph, anchors, options, 24);
        if (!tree) CHECK(all.result == held);
      }
    }
  }
}

TEST_CASE("path items: the sampled depth is that of all slots where all are sampled, else at least half of it",
          "[position][paths]") {
  Rng rng(14);
  for (const Graph& graph : {support::path(60), grid_graph(12, 20), random_recursive_tree(300, rng)}) {
    const AnchorSet anchors = select_anchors(graph, {}, {.count = 12}, rng);
    for (const Index max_hops : {0, 5}) {
      const PathOptions options{.max_hops = max_hops};
      const Index depth = shortest_path_items(graph, anchors, options).lists.level_count() - 1;
      CHECK(sampled_depth(graph, anchors, options, 12) == depth);
      CHECK(sampled_depth(graph, anchors, options, 3) <= depth);
      CHECK(2 * sampled_depth(graph, anchors, options, 3) >= depth);
    }
  }
  // A detour of light arcs is the shortest by weight.
  const Graph detour =
      Graph::from_edges(4, std::vector<Edge>{{0, 3, 9}, {0, 1, 1}, {1, 2, 1}, {2, 3, 1}}, {.weighted = true});
  CHECK(sampled_depth(detour, {{{0}}, {}}, {}) == 2);
  CHECK(sampled_depth(detour, {{{0}}, {}}, {.weighted = true}) == 3);
  CHECK(sampled_depth(detour, {}, {}) == 0);
}

TEST_CASE("path items: what makes no sense is refused", "[position][paths]") {
  const AnchorSet start{{{0}}, {}};
  const Graph bad = Graph::from_edges(3, std::vector<Edge>{{0, 1, 1}, {1, 2, -1}}, {.weighted = true});
  CHECK_THROWS_AS(shortest_path_items(bad, start, {.weighted = true}), UsageError);
  CHECK_NOTHROW(shortest_path_items(bad, start, {}));
  CHECK_THROWS_AS(shortest_path_items(support::path(4), {{{4}}, {}}, {}), ShapeError);
  CHECK_THROWS_AS(shortest_path_items(support::path(4), {{{4}}, {}}, {.weighted = true}), ShapeError);
  CHECK_THROWS_AS(shortest_path_items(support::path(4), start, {.max_hops = -1}), UsageError);
  CHECK_THROWS_AS(shortest_path_items(support::path(4), start, {.max_hops = -1, .weighted = true}), UsageError);
  CHECK_THROWS_AS(shortest_path_items(support::path(65536), start, {}), UsageError);
  CHECK_THROWS_AS(shortest_path_items(support::path(65536), start, {.weighted = true}), UsageError);
}
