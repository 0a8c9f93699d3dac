#include "position/distances.h"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <limits>

#include "core/error.h"
#include "graph/boost_graph.h"
#include "graph/generate.h"
#include "kernels/frontier.h"
#include "kernels/vector_kernels.h"
#include "position/lane_searches.h"
#include "position/lane_table.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

constexpr std::uint16_t unreached = HopDistances::unreached;

/// Hops from the nearest of `group` by Boost's breadth-first search from each member.
std::vector<std::uint16_t> boost_hops(const Graph& graph, std::span<const NodeId> group, Index max_hops) {
  std::vector<std::uint16_t> nearest(static_cast<std::size_t>(graph.node_count()), unreached);
  for (const NodeId source : group) {
    std::vector<std::int32_t> hops(nearest.size(), -1);
    hops[static_cast<std::size_t>(source)] = 0;
    const auto record = boost::record_distances(hops.data(), boost::on_tree_edge());
    boost::breadth_first_search(graph, source, boost::visitor(boost::make_bfs_visitor(record)));
    for (std::size_t u = 0; u < hops.size(); ++u) {
      if (hops[u] < 0 || (max_hops > 0 && hops[u] > max_hops)) continue;
      nearest[u] = std::min(nearest[u], static_cast<std::uint16_t>(hops[u]));
    }
  }
  return nearest;
}

void check_against_boost(const Graph& graph, const AnchorSet& anchors, Index max_hops = 0) {
  for (const PathDirection direction : {PathDirection::from_anchor, PathDirection::towards_anchor}) {
    const HopDistances hops = hop_distances(graph, anchors, direction, max_hops);
    REQUIRE(hops.node_count == graph.node_count());
    REQUIRE(hops.anchor_count == anchors.size());
    const Graph searched = direction == PathDirection::from_anchor ? graph : graph.reversed();
    Index wrong = 0;
    for (Index g = 0; g < anchors.size(); ++g) {
      const auto expected = boost_hops(searched, anchors.groups[static_cast<std::size_t>(g)], max_hops);
      for (Index u = 0; u < graph.node_count(); ++u) wrong += hops.at(u, g) != expected[static_cast<std::size_t>(u)];
    }
    CHECK(wrong == 0);
  }
}

AnchorSet singles(const Graph& graph, Index count, Rng& rng) {
  return select_anchors(graph, {}, {.count = count}, rng);
}

}  // namespace

TEST_CASE("distances: those of Boost's search, on graphs of all densities, both kinds, any number of anchors",
          "[position][distances]") {
  Rng rng(1);
  for (const bool directed : {false, true}) {
    for (const Index edges : {0, 60, 150, 400, 3000}) {
      const Graph graph = support::random_graph(150, edges, rng, {.directed = directed});
      for (const Index anchors : {1, 7, 31, 64, 65, 130, 150}) {
        check_against_boost(graph, singles(graph, anchors, rng));
      }
    }
  }
}

TEST_CASE("distances: those of Boost's search on regular graphs, trees and graphs with hubs", "[position][distances]") {
  Rng rng(2);
  const std::vector<Graph> graphs{
      karate_club(),     grid_graph(17, 23),    support::path(90),     support::cycle(91),
      support::star(70), support::complete(66), rmat_graph(9, 8, rng), random_recursive_tree(400, rng)};
  for (const Graph& graph : graphs) check_against_boost(graph, singles(graph, 33, rng));
}

TEST_CASE("distances: large enough for pushed and pulled levels, every vector level gives Boost's",
          "[position][distances]") {
  Rng rng(3);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(1500, 4500, rng, {.directed = directed});
    const AnchorSet anchors = singles(graph, 68, rng);
    for (const auto level :
         {kernels::VectorLevel::baseline, kernels::VectorLevel::avx2, kernels::VectorLevel::avx512}) {
      kernels::limit_vector_level(level);
      check_against_boost(graph, anchors);
      check_against_boost(graph, anchors, 3);
    }
    kernels::limit_vector_level(kernels::VectorLevel::avx512);
  }
}

TEST_CASE("distances: searches of several words a node find Boost's hops, at every vector level",
          "[position][distances]") {
  Rng rng(14);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(600, 1500, rng, {.directed = directed});
    for (const Index count : {65, 100, 128, 200, 257}) {  // 2, 2, 2, 4 words, and 4 with 1 lane to follow
      const AnchorSet anchors = singles(graph, count, rng);
      for (const auto level :
           {kernels::VectorLevel::baseline, kernels::VectorLevel::avx2, kernels::VectorLevel::avx512}) {
        kernels::limit_vector_level(level);
        check_against_boost(graph, anchors);
      }
      kernels::limit_vector_level(kernels::VectorLevel::avx512);
    }
  }
}

TEST_CASE("distances: on graphs of long paths, where plain searches take over, they are Boost's too",
          "[position][distances]") {
  Rng rng(11);
  const std::vector<Graph> graphs{grid_graph(45, 45), support::path(500), support::cycle(301),
                                  disjoint_union(std::vector<Graph>{grid_graph(60, 3), support::complete(8)})};
  for (const Graph& graph : graphs) {
    for (const Index anchors : {1, 40, 70, 140}) {
      check_against_boost(graph, singles(graph, anchors, rng));
      check_against_boost(graph, singles(graph, anchors, rng), 50);
    }
    check_against_boost(graph, select_anchors(graph, {}, {.strategy = "sets", .count = 9}, rng));
  }
}

TEST_CASE("lane searches: they fill the same table as sweeps, and say where it cannot hold the hops",
          "[position][distances]") {
  Rng rng(12);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(300, 500, rng, {.directed = directed});
    const AnchorSet anchors = singles(graph, 30, rng);
    for (const Index most : {0, 3}) {
      const HopDistances swept = hop_distances(graph, anchors, PathDirection::from_anchor, most);
      std::vector<std::uint16_t> hops(300 * 32, 7);  // two columns beside the lanes
      CHECK(search_lanes(graph, anchors.groups, most, {.hops = hops.data(), .row_stride = 32}));
      for (Index u = 0; u < 300; ++u) {
        const auto row = std::span(hops).subspan(static_cast<std::size_t>(u) * 32, 32);
        CHECK(std::equal(swept.row(u).begin(), swept.row(u).end(), row.begin()));
        CHECK((row[30] == 7 && row[31] == 7));
      }
    }
  }
  std::vector<std::uint16_t> hops(65536);
  const std::vector<std::vector<NodeId>> start{{0}};
  CHECK_FALSE(search_lanes(support::path(65536), start, 0, {.hops = hops.data(), .row_stride = 1}));
  CHECK(search_lanes(support::path(65535), start, 0, {.hops = hops.data(), .row_stride = 1}));
}

TEST_CASE("distances: those to a set are those to its nearest member", "[position][distances]") {
  Rng rng(4);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(200, 260, rng, {.directed = directed});
    check_against_boost(graph, select_anchors(graph, {}, {.strategy = "sets", .count = 70}, rng));
  }
}

TEST_CASE("distances: nodes beyond max_hops count as unreached", "[position][distances]") {
  Rng rng(5);
  const Graph graph = support::random_graph(300, 450, rng);
  for (const Index most : {1, 2, 5, 1000}) check_against_boost(graph, singles(graph, 20, rng), most);
}

TEST_CASE("distances: an isolated node reaches itself alone, an empty group nothing, self-loops change nothing",
          "[position][distances]") {
  const Graph graph = Graph::from_edges(4, std::vector<Edge>{{0, 1}, {1, 1}, {3, 3}});
  const HopDistances hops = hop_distances(graph, {{{2}, {}, {1}, {3}}, {}});
  const std::vector<std::uint16_t> expected{unreached, unreached, 1,         unreached, unreached, unreached,
                                            0,         unreached, 0,         unreached, unreached, unreached,
                                            unreached, unreached, unreached, 0};
  CHECK(std::equal(expected.begin(), expected.end(), hops.hops.values().begin(), hops.hops.values().end()));
  CHECK(hop_distances(Graph(), {}).hops.values().empty());
  CHECK(hop_distances(support::path(3), {}).anchor_count == 0);
}

TEST_CASE("distances: graphs of a union share slots", "[position][distances]") {
  const std::vector<Graph> parts{support::path(4), support::path(1), support::cycle(6)};
  const AnchorSet anchors{{{0}, {3}, {4}, {5}, {6}, {8}}, {0, 0, 1, 2, 2, 2}};
  const HopDistances hops = hop_distances(disjoint_union(parts), anchors);
  CHECK(hops.anchor_count == 3);
  const auto row = [&](Index u) { return std::vector<std::uint16_t>(hops.row(u).begin(), hops.row(u).end()); };
  CHECK(row(1) == std::vector<std::uint16_t>{1, 2, unreached});
  CHECK(row(4) == std::vector<std::uint16_t>{0, unreached, unreached});
  CHECK(row(10) == std::vector<std::uint16_t>{1, 2, 2});
}

TEST_CASE("distances: relabeling the nodes relabels the rows", "[position][distances]") {
  Rng rng(6);
  const Graph graph = support::random_graph(500, 700, rng);
  const AnchorSet anchors = singles(graph, 40, rng);
  const std::vector<NodeId> new_id = support::shuffled_ids(500, rng);
  AnchorSet moved = anchors;
  for (auto& group : moved.groups) group.front() = new_id[static_cast<std::size_t>(group.front())];
  const HopDistances plain = hop_distances(graph, anchors);
  const HopDistances other = hop_distances(relabeled(graph, new_id), moved);
  for (Index u = 0; u < 500; ++u) {
    const auto a = plain.row(u);
    const auto b = other.row(new_id[static_cast<std::size_t>(u)]);
    CHECK(std::equal(a.begin(), a.end(), b.begin()));
  }
}

TEST_CASE("distances: the same for any number of threads", "[position][distances]") {
  Rng rng(7);
  const Graph graph = support::random_graph(9000, 40000, rng);
  for (const Index count : {40, 70, 300}) {
    const AnchorSet anchors = singles(graph, count, rng);
    std::vector<HopDistances> found;
    for (const int threads : {1, 2, 3}) {
      const support::Threads scope(threads);
      found.push_back(hop_distances(graph, anchors));
    }
    for (const HopDistances& hops : found) {
      const auto first = found[0].hops.values();
      CHECK(std::equal(first.begin(), first.end(), hops.hops.values().begin()));
    }
  }
}

TEST_CASE("distances: 65,534 hops are the most", "[position][distances]") {
  const AnchorSet start{{{0}}, {}};
  CHECK(hop_distances(support::path(65535), start).at(65534, 0) == 65534);
  CHECK_THROWS_AS(hop_distances(support::path(65536), start), UsageError);
  CHECK(hop_distances(support::path(65536), start, PathDirection::from_anchor, 65534).at(65535, 0) == unreached);
  CHECK_THROWS_AS(hop_distances(support::path(70000), start, PathDirection::from_anchor, 100000), UsageError);
}

TEST_CASE("distances: anchors that are no nodes and a negative limit are refused", "[position][distances]") {
  CHECK_THROWS_AS(hop_distances(support::path(4), {{{4}}, {}}), ShapeError);
  CHECK_THROWS_AS(hop_distances(support::path(4), {{{-1}}, {}}), ShapeError);
  CHECK_THROWS_AS(hop_distances(support::path(4), {{{1}}, {}}, PathDirection::from_anchor, -1), UsageError);
}

TEST_CASE("path lengths: those of Boost's Dijkstra, from and towards the anchors", "[position][distances]") {
  Rng rng(8);
  for (const bool directed : {false, true}) {
    const Graph graph = support::random_graph(120, 300, rng, {.directed = directed, .weighted = true});
    const AnchorSet anchors = select_anchors(graph, {}, {.strategy = "sets", .count = 12}, rng);
    for (const PathDirection direction : {PathDirection::from_anchor, PathDirection::towards_anchor}) {
      const PathLengths lengths = path_lengths(graph, anchors, direction);
      const Graph searched = direction == PathDirection::from_anchor ? graph : graph.reversed();
      for (Index g = 0; g < anchors.size(); ++g) {
        std::vector<double> nearest(120, std::numeric_limits<double>::infinity());
        for (const NodeId source : anchors.groups[static_cast<std::size_t>(g)]) {
          std::vector<double> found(120);
          boost::dijkstra_shortest_paths(
              searched, source,
              boost::distance_map(found.data()).distance_inf(std::numeric_limits<double>::infinity()));
          for (std::size_t u = 0; u < 120; ++u) nearest[u] = std::min(nearest[u], found[u]);
        }
        for (Index u = 0; u < 120; ++u) {
          const double expected = nearest[static_cast<std::size_t>(u)];
          const double ours = lengths.at(u, g);
          // Tens of additions in another order, of double's 1e-16 each.
          CHECK((ours == expected || std::abs(ours - expected) <= 1e-13 * expected));
        }
      }
    }
  }
}

TEST_CASE("path lengths: weights of 1 give hops, and weights must be above 0", "[position][distances]") {
  Rng rng(9);
  const Graph graph = support::random_graph(100, 130, rng);
  const AnchorSet anchors = singles(graph, 10, rng);
  const PathLengths lengths = path_lengths(graph, anchors);
  const HopDistances hops = hop_distances(graph, anchors);
  for (Index u = 0; u < 100; ++u) {
    for (Index g = 0; g < 10; ++g) {
      const double expected = hops.at(u, g) == unreached ? std::numeric_limits<double>::infinity() : hops.at(u, g);
      CHECK(lengths.at(u, g) == expected);
    }
  }
  for (const Real bad :
       {Real(0), Real(-1), std::numeric_limits<Real>::quiet_NaN(), std::numeric_limits<Real>::infinity()}) {
    const Graph weighted = Graph::from_edges(3, std::vector<Edge>{{0, 1, 1}, {1, 2, bad}}, {.weighted = true});
    CHECK_THROWS_AS(path_lengths(weighted, {{{0}}, {}}), UsageError);
  }
}

TEST_CASE("frontier: hops are written and compared alike at every vector level, and nothing beside them",
          "[position][distances]") {
  Rng rng(10);
  for (const auto level : {kernels::VectorLevel::baseline, kernels::VectorLevel::avx2, kernels::VectorLevel::avx512}) {
    kernels::limit_vector_level(level);
    const kernels::FrontierKernels& frontier = kernels::frontier_kernels();
    for (int count = 1; count <= 64; ++count) {
      const std::uint64_t seen = rng.bits();
      const std::vector<std::uint64_t> bits{seen & rng.bits(), seen & rng.bits(), seen & rng.bits()};
      const std::vector<const std::uint64_t*> planes{&bits[0], &bits[1], &bits[2]};
      std::vector<std::uint16_t> row(static_cast<std::size_t>(count) + 2, 99);
      std::vector<std::uint16_t> expected = row;
      std::uint64_t fives = 0;
      for (int i = 0; i < count; ++i) {
        const auto bit = [&](std::size_t b) { return (bits[b] >> i & 1U) << b; };
        const auto hops = static_cast<std::uint16_t>(bit(0) + bit(1) + bit(2));
        expected[static_cast<std::size_t>(i) + 1] = (seen >> i & 1U) != 0 ? hops : unreached;
        fives |= std::uint64_t{expected[static_cast<std::size_t>(i) + 1] == 5} << i;
      }
      frontier.write_hops({.seen = &seen,
                           .planes = planes.data(),
                           .plane_count = 3,
                           .words = 1,
                           .lanes = count,
                           .hops = row.data() + 1,
                           .row_stride = count,
                           .streamed = true},
                          0, 1);
      CHECK(row == expected);
      const std::vector<std::uint16_t> five(static_cast<std::size_t>(count), 5);
      CHECK(frontier.equal_lanes(row.data() + 1, five.data(), count) == fives);
    }
  }
  kernels::limit_vector_level(kernels::VectorLevel::avx512);
}

TEST_CASE("frontier: rows of whole lines, which pass the caches, hold the same hops", "[position][distances]") {
  Rng rng(13);
  constexpr Index nodes = 50;
  constexpr Index lanes = 192;  // of 4 words
  std::vector<std::uint64_t> seen(nodes * 4);
  std::vector<std::uint64_t> bits(nodes * 4);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    seen[i] = rng.bits();
    bits[i] = seen[i] & rng.bits();
  }
  const std::vector<const std::uint64_t*> planes{bits.data()};
  for (const auto level : {kernels::VectorLevel::baseline, kernels::VectorLevel::avx2, kernels::VectorLevel::avx512}) {
    kernels::limit_vector_level(level);
    for (const bool streamed : {false, true}) {
      LaneTable memory(nodes * 64);  // starts a line
      auto* const hops = reinterpret_cast<std::uint16_t*>(memory.data());
      kernels::frontier_kernels().write_hops({.seen = seen.data(),
                                              .planes = planes.data(),
                                              .plane_count = 1,
                                              .words = 4,
                                              .lanes = lanes,
                                              .hops = hops,
                                              .row_stride = lanes + 32,
                                              .streamed = streamed},
                                             0, nodes);
      Index wrong = 0;
      for (Index u = 0; u < nodes; ++u) {
        for (Index lane = 0; lane < lanes; ++lane) {
          const auto word = static_cast<std::size_t>(u * 4 + lane / 64);
          const std::uint64_t expected = (seen[word] >> lane % 64 & 1U) != 0 ? bits[word] >> lane % 64 & 1U : unreached;
          wrong += hops[u * (lanes + 32) + lane] != expected;
        }
      }
      CHECK(wrong == 0);
    }
  }
  kernels::limit_vector_level(kernels::VectorLevel::avx512);
}
