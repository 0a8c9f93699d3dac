#include "graph/graph.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/error.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

using ArcWeights = std::map<std::pair<NodeId, NodeId>, Real>;

/// The arcs that the edges stand for, by an ordered map, weights added in the order of the edges.
ArcWeights reference(std::span<const Edge> edges, bool directed) {
  ArcWeights arcs;
  for (const Edge& edge : edges) {
    arcs[{edge.source, edge.target}] += edge.weight;
    if (!directed && edge.source != edge.target) arcs[{edge.target, edge.source}] += edge.weight;
  }
  return arcs;
}

ArcWeights arcs_of(const Graph& graph) {
  ArcWeights arcs;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (EdgeId k = graph.offsets()[static_cast<std::size_t>(u)]; k < graph.offsets()[static_cast<std::size_t>(u) + 1];
         ++k) {
      const auto arc = static_cast<std::size_t>(k);
      arcs[{u, graph.targets()[arc]}] = graph.weighted() ? graph.weights()[arc] : Real(1);
    }
  }
  return arcs;
}

ArcWeights without_weights(ArcWeights arcs) {
  for (auto& [arc, weight] : arcs) weight = 1;
  return arcs;
}

void check_rows_ascend(const Graph& graph) {
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const auto row = graph.neighbors(u);
    for (std::size_t i = 1; i < row.size(); ++i) REQUIRE(row[i - 1] < row[i]);
  }
}

std::vector<Edge> random_edges(Index nodes, Index count, Rng& rng) {
  std::vector<Edge> edges;
  for (Index i = 0; i < count; ++i) {
    const auto source = static_cast<NodeId>(rng.below(nodes));
    const auto target = static_cast<NodeId>(rng.below(nodes));
    edges.push_back({source, target, rng.uniform()});
  }
  return edges;
}

}  // namespace

TEST_CASE("graph: rows agree with an ordered map of the arcs, for any kind and size", "[graph]") {
  Rng rng(1);
  // The last one has several buckets and chunks, and keys of more than 32 bits.
  const std::vector<std::pair<Index, Index>> sizes{{1, 0},    {1, 3},        {2, 5},          {7, 40},
                                                   {100, 50}, {900, 150000}, {200000, 140000}};
  for (const auto& [nodes, count] : sizes) {
    const std::vector<Edge> edges = random_edges(nodes, count, rng);
    for (const bool directed : {false, true}) {
      for (const bool weighted : {false, true}) {
        const Graph graph = Graph::from_edges(nodes, edges, {directed, weighted});
        CHECK(graph.node_count() == nodes);
        CHECK(graph.weights().size() == (weighted ? graph.targets().size() : 0));
        check_rows_ascend(graph);
        const ArcWeights expected = reference(edges, directed);
        CHECK(arcs_of(graph) ==
              (weighted ? expected : without_weights(expected)));  // the same order of additions: the same bits
      }
    }
  }
}

TEST_CASE("graph: columns and edges give the same graph", "[graph]") {
  Rng rng(2);
  const std::vector<Edge> edges = random_edges(500, 3000, rng);
  std::vector<NodeId> sources;
  std::vector<NodeId> targets;
  std::vector<Real> weights;
  for (const Edge& edge : edges) {
    sources.push_back(edge.source);
    targets.push_back(edge.target);
    weights.push_back(edge.weight);
  }
  for (const bool directed : {false, true}) {
    const GraphOptions options{directed, true};
    CHECK(support::same_graph(Graph::from_edges(500, edges, options),
                              Graph::from_columns(500, sources, targets, weights, options)));
  }
}

TEST_CASE("graph: the same bits for 1, 2 and 3 threads", "[graph]") {
  Rng rng(3);
  const std::vector<Edge> edges = random_edges(20000, 400000, rng);
  for (const bool directed : {false, true}) {
    const auto built = [&](int threads) {
      const support::Threads scope(threads);
      return Graph::from_edges(20000, edges, {directed, true});
    };
    const Graph one = built(1);
    CHECK(support::same_graph(one, built(2)));
    CHECK(support::same_graph(one, built(3)));
  }
}

TEST_CASE("graph: an undirected edge is two arcs and counts once, a self-loop is one arc", "[graph]") {
  const std::vector<Edge> edges{{0, 1}, {1, 2}, {2, 2}};
  const Graph graph = Graph::from_edges(4, edges);
  CHECK(graph.arc_count() == 5);
  CHECK(graph.edge_count() == 3);
  CHECK(graph.degree(2) == 2);
  CHECK(graph.degree(3) == 0);
  CHECK(graph.counts().self_loops == 1);
  const Graph directed = Graph::from_edges(4, edges, {.directed = true});
  CHECK(directed.arc_count() == 3);
  CHECK(directed.edge_count() == 3);
  CHECK(directed.degree(1) == 1);
}

TEST_CASE("graph: repeated edges merge and are counted, in either direction where undirected", "[graph]") {
  const std::vector<Edge> edges{{0, 1, 1}, {1, 0, 2}, {0, 1, 4}, {2, 2, 1}, {2, 2, 8}};
  const Graph undirected = Graph::from_edges(3, edges, {.weighted = true});
  CHECK(undirected.counts().merged_duplicates == 3);
  CHECK(undirected.counts().self_loops == 1);
  CHECK(arcs_of(undirected) == ArcWeights{{{0, 1}, 7}, {{1, 0}, 7}, {{2, 2}, 9}});
  const Graph directed = Graph::from_edges(3, edges, {.directed = true, .weighted = true});
  CHECK(directed.counts().merged_duplicates == 2);
  CHECK(arcs_of(directed) == ArcWeights{{{0, 1}, 5}, {{1, 0}, 2}, {{2, 2}, 9}});
}

TEST_CASE("graph: both arcs of an undirected edge have the same weight, to the bit", "[graph]") {
  // The order of additions would show: in float 1e8 + 1 - 1e8 is 0 or 1.
  const std::vector<Edge> edges{{0, 1, Real(1e8)}, {1, 0, 1}, {0, 1, Real(-1e8)}, {1, 0, Real(0.1)}};
  const Graph graph = Graph::from_edges(2, edges, {.weighted = true});
  CHECK(graph.weights()[0] == graph.weights()[1]);
}

TEST_CASE("graph: weights are 1 where weighted and none are given", "[graph]") {
  const std::vector<NodeId> sources{0, 0};
  const std::vector<NodeId> targets{1, 1};
  const Graph graph = Graph::from_columns(2, sources, targets, {}, {.weighted = true});
  CHECK(arcs_of(graph) == ArcWeights{{{0, 1}, 2}, {{1, 0}, 2}});
}

TEST_CASE("graph: ids out of range and columns of different length are refused", "[graph]") {
  const std::vector<Edge> above{{0, 1}, {1, 3}};
  const std::vector<Edge> below{{0, 1}, {-1, 2}};
  CHECK_THROWS_AS(Graph::from_edges(3, above), ShapeError);
  CHECK_THROWS_WITH(Graph::from_edges(3, above), "graph: edge 1: node 3 is outside 0 .. 2");
  CHECK_THROWS_AS(Graph::from_edges(3, below), ShapeError);
  CHECK_THROWS_AS(Graph::from_edges(0, std::vector<Edge>{{0, 0}}), ShapeError);
  CHECK_THROWS_AS(Graph::from_edges(-1, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_edges(Index{1} << 31, {}), ShapeError);
  const std::vector<NodeId> two{0, 1};
  const std::vector<NodeId> one{1};
  CHECK_THROWS_AS(Graph::from_columns(3, two, one, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_columns(3, two, two, std::vector<Real>{1}), ShapeError);
}

TEST_CASE("graph: without nodes or without edges it is still a graph", "[graph]") {
  CHECK(Graph().node_count() == 0);
  CHECK(Graph().offsets().size() == 1);
  CHECK(Graph::from_edges(0, {}).offsets().size() == 1);
  const Graph isolated = Graph::from_edges(5, {});
  CHECK(isolated.node_count() == 5);
  CHECK(isolated.neighbors(4).empty());
}

TEST_CASE("graph: copies share their arrays", "[graph]") {
  const Graph graph = support::cycle(5);
  const Graph copy = graph;
  CHECK(copy.targets().data() == graph.targets().data());
  CHECK(graph.reversed().targets().data() == graph.targets().data());
}

TEST_CASE("graph: finished rows are taken as they are, and checked", "[graph]") {
  const Graph graph = Graph::from_rows({0, 2, 3, 3}, {1, 2, 1}, {5, 6, 7}, {.directed = true, .weighted = true});
  CHECK(arcs_of(graph) == ArcWeights{{{0, 1}, 5}, {{0, 2}, 6}, {{1, 1}, 7}});
  CHECK(graph.counts().self_loops == 1);
  CHECK_THROWS_AS(Graph::from_rows({}, {}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({1, 1}, {0}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 2}, {0}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 3, 1}, {0}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 1}, {1}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 1}, {-1}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 2, 2}, {1, 0}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 2, 2}, {1, 1}, {}), ShapeError);
  CHECK_THROWS_AS(Graph::from_rows({0, 1}, {0}, {1, 2}), ShapeError);
}

TEST_CASE("graph: rows that lie elsewhere are used in place, and their owner lives as long as any copy", "[graph]") {
  struct Rows {
    std::vector<EdgeId> offsets{0, 2, 3, 3};
    std::vector<NodeId> targets{1, 2, 1};
    std::vector<Real> weights{5, 6, 7};
  };
  auto rows = std::make_shared<const Rows>();
  const std::weak_ptr<const Rows> watch = rows;
  const GraphOptions options{.directed = true, .weighted = true};
  {
    auto first =
        std::make_unique<Graph>(Graph::from_memory(rows->offsets, rows->targets, rows->weights, options, rows));
    const Graph copy = *first;
    CHECK(copy.targets().data() == rows->targets.data());
    CHECK(copy.offsets().data() == rows->offsets.data());
    CHECK(copy.weights().data() == rows->weights.data());
    first.reset();
    rows.reset();
    REQUIRE_FALSE(watch.expired());
    CHECK(support::same_graph(copy, Graph::from_rows({0, 2, 3, 3}, {1, 2, 1}, {5, 6, 7}, options)));
    CHECK(copy.counts().self_loops == 1);
    CHECK(arcs_of(copy.reversed()) == ArcWeights{{{1, 0}, 5}, {{2, 0}, 6}, {{1, 1}, 7}});
  }
  CHECK(watch.expired());
}

TEST_CASE("graph: faults of rows that lie elsewhere are named, wherever in the graph they are", "[graph]") {
  constexpr Index nodes = 20000;  // several blocks of rows
  const Graph good = support::cycle(nodes);
  const auto refused = [&](auto&& damage, const std::string& message) {
    std::vector<EdgeId> offsets(good.offsets().begin(), good.offsets().end());
    std::vector<NodeId> targets(good.targets().begin(), good.targets().end());
    damage(offsets, targets);
    CHECK_THROWS_WITH(Graph::from_memory(offsets, targets, {}, {}, nullptr), message);
  };
  using Offsets = std::vector<EdgeId>;
  using Targets = std::vector<NodeId>;
  refused([](Offsets&, Targets& t) { t[30000] = t[30001]; }, "graph: node 15000: target 15001 follows 15001 of 20000");
  refused([](Offsets&, Targets& t) { std::swap(t[30000], t[30001]); },
          "graph: node 15000: target 14999 follows 15001 of 20000");
  refused([](Offsets&, Targets& t) { t[30001] = 20000; }, "graph: node 15000: target 20000 follows 14999 of 20000");
  refused([](Offsets&, Targets& t) { t[30000] = -3; }, "graph: node 15000: target -3 follows -1 of 20000");
  refused([](Offsets& o, Targets&) { o[15000] = 29990; }, "graph: the offsets of node 14999 descend or overshoot");
  refused([](Offsets& o, Targets&) { o[15001] = 1LL << 60; }, "graph: the offsets of node 15000 descend or overshoot");
  refused([](Offsets& o, Targets&) { o.back() -= 1; }, "graph: 20001 offsets do not fit 40000 targets");
  refused([](Offsets&, Targets& t) { t.pop_back(); }, "graph: 20001 offsets do not fit 39999 targets");
  CHECK_THROWS_WITH(Graph::from_memory(good.offsets(), good.targets(), {}, {.weighted = true}, nullptr),
                    "graph: 40000 arcs and 0 weights");
}

TEST_CASE("graph: reversing turns every arc of a directed graph around, twice restores it", "[graph]") {
  Rng rng(4);
  const Graph graph = support::random_graph(200, 900, rng, {.directed = true, .weighted = true});
  const Graph reversed = graph.reversed();
  check_rows_ascend(reversed);
  ArcWeights turned;
  for (const auto& [arc, weight] : arcs_of(graph)) turned[{arc.second, arc.first}] = weight;
  CHECK(arcs_of(reversed) == turned);
  CHECK(support::same_graph(reversed.reversed(), graph));
}

TEST_CASE("relabeled: arcs join the new names, and the inverse permutation restores the graph", "[graph]") {
  Rng rng(5);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(100, 300, rng, {directed, true});
    const std::vector<NodeId> new_id = support::shuffled_ids(100, rng);
    std::vector<NodeId> old_id(100);
    for (std::size_t u = 0; u < 100; ++u) old_id[static_cast<std::size_t>(new_id[u])] = static_cast<NodeId>(u);
    const Graph moved = relabeled(graph, new_id);
    ArcWeights expected;
    for (const auto& [arc, weight] : arcs_of(graph)) {
      expected[{new_id[static_cast<std::size_t>(arc.first)], new_id[static_cast<std::size_t>(arc.second)]}] = weight;
    }
    CHECK(arcs_of(moved) == expected);
    CHECK(moved.edge_count() == graph.edge_count());
    CHECK(support::same_graph(relabeled(moved, old_id), graph));
  }
  CHECK_THROWS_AS(relabeled(support::cycle(3), std::vector<NodeId>{0, 1}), ShapeError);
  CHECK_THROWS_AS(relabeled(support::cycle(3), std::vector<NodeId>{0, 1, 1}), ShapeError);
  CHECK_THROWS_AS(relabeled(support::cycle(3), std::vector<NodeId>{0, 1, 3}), ShapeError);
}

TEST_CASE("induced subgraph: it has the arcs between the named nodes, in the named order", "[graph]") {
  const Graph graph =
      Graph::from_edges(5, std::vector<Edge>{{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 3, 5}}, {.weighted = true});
  const Graph part = induced_subgraph(graph, std::vector<NodeId>{3, 2, 0});
  CHECK(part.node_count() == 3);
  CHECK(arcs_of(part) == ArcWeights{{{0, 0}, 5}, {{0, 1}, 4}, {{1, 0}, 4}});
  CHECK(induced_subgraph(graph, {}).node_count() == 0);
  CHECK_THROWS_AS(induced_subgraph(graph, std::vector<NodeId>{5}), ShapeError);
  CHECK_THROWS_AS(induced_subgraph(graph, std::vector<NodeId>{1, 1}), ShapeError);
}

TEST_CASE("disjoint union: nodes follow each other and no arc joins two graphs", "[graph]") {
  const std::vector<Graph> graphs{support::cycle(3), Graph::from_edges(2, {}), support::path(2)};
  const Graph all = disjoint_union(graphs);
  CHECK(all.node_count() == 7);
  CHECK(arcs_of(all) ==
        ArcWeights{
            {{0, 1}, 1}, {{0, 2}, 1}, {{1, 0}, 1}, {{1, 2}, 1}, {{2, 0}, 1}, {{2, 1}, 1}, {{5, 6}, 1}, {{6, 5}, 1}});
  CHECK(disjoint_union(std::vector<Graph>{}).node_count() == 0);
}

TEST_CASE("disjoint union: an unweighted graph among weighted ones has weights of 1", "[graph]") {
  const Graph weighted = Graph::from_edges(2, std::vector<Edge>{{0, 1, 3}}, {.weighted = true});
  const std::vector<Graph> graphs{support::path(2), weighted, support::path(2)};
  CHECK(arcs_of(disjoint_union(graphs)) ==
        ArcWeights{{{0, 1}, 1}, {{1, 0}, 1}, {{2, 3}, 3}, {{3, 2}, 3}, {{4, 5}, 1}, {{5, 4}, 1}});
}

TEST_CASE("disjoint union: directed and undirected graphs do not mix", "[graph]") {
  const std::vector<Graph> graphs{support::path(2), Graph::from_edges(2, {}, {.directed = true})};
  CHECK_THROWS_AS(disjoint_union(graphs), ShapeError);
}
