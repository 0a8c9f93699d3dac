#include "position/path_sampler.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/threads.h"

using namespace cairn;

namespace {

using Pair = std::pair<NodeId, Index>;  // node, slot

/// What is listed of a pair.
struct Listed {
  Index level = 0;
  float log_count = 0;
  std::vector<NodeId> predecessors;
  std::vector<NodeId> successors;

  bool operator==(const Listed& other) const = default;
};

std::vector<NodeId> nodes_of(std::span<const std::int32_t> offsets, std::span<const std::int32_t> items, std::size_t i,
                             const std::vector<NodeId>& node_of_item) {
  std::vector<NodeId> nodes;
  for (auto k = static_cast<std::size_t>(offsets[i]); k < static_cast<std::size_t>(offsets[i + 1]); ++k) {
    nodes.push_back(node_of_item[static_cast<std::size_t>(items[k])]);
  }
  return nodes;
}

/// The pairs of lists, by what they stand for.
std::map<Pair, Listed> read(const kernels::LevelLists& lists, const std::vector<NodeId>& node,
                            const std::vector<Index>& slot, const std::vector<float>& log_count) {
  std::map<Pair, Listed> result;
  for (Index level = 0; level < lists.level_count(); ++level) {
    for (auto i = static_cast<std::size_t>(lists.level_offsets[static_cast<std::size_t>(level)]);
         i < static_cast<std::size_t>(lists.level_offsets[static_cast<std::size_t>(level) + 1]); ++i) {
      Listed listed{level, log_count[i], nodes_of(lists.predecessor_offsets, lists.predecessors, i, node),
                    nodes_of(lists.successor_offsets, lists.successors, i, node)};
      std::sort(listed.successors.begin(), listed.successors.end());  // places are not ids
      CHECK(result.emplace(Pair{node[i], slot[i]}, std::move(listed)).second);
    }
  }
  return result;
}

std::map<Pair, Listed> read(const SampledPaths& paths) {
  std::vector<NodeId> node;
  std::vector<Index> slot(paths.slot.begin(), paths.slot.end());
  for (const std::int32_t place : paths.node) node.push_back(paths.nodes[static_cast<std::size_t>(place)]);
  return read(paths.lists, node, slot, paths.log_path_count);
}

std::map<Pair, Listed> read(const PathItems& items, const AnchorSet& anchors) {
  const std::vector<std::int32_t> slots = anchors.slots();
  std::vector<Index> slot;
  for (const std::int32_t anchor : items.anchor) slot.push_back(slots[static_cast<std::size_t>(anchor)]);
  return read(items.lists, items.node, slot, items.log_path_count);
}

PathSampler sampler_of(const Graph& graph, const AnchorSet& anchors, const PathOptions& options = {}) {
  std::vector<PathTable> tables;
  tables.push_back(path_table(graph, anchors, options));
  return PathSampler(std::move(tables));
}

struct Case {
  std::string label;
  Graph graph;
  std::vector<NodeId> anchors;
  PathOptions options = {};
};

std::vector<Case> cases() {
  Rng rng(5);
  std::vector<Case> found;
  found.push_back({"pieces and isolated nodes", support::random_graph(60, 70, rng), {0, 7, 31}});
  found.push_back({"towards", support::random_graph(50, 160, rng, {.directed = true}), {3, 4}});
  found.back().options.direction = PathDirection::towards_anchor;
  found.push_back({"weighted", support::random_graph(40, 120, rng, {.weighted = true}), {1, 2, 3, 20}});
  found.back().options.weighted = true;
  found.push_back({"few hops", grid_graph(8, 8), {0, 27, 63}});
  found.back().options.max_hops = 4;
  found.push_back({"few nodes with most arcs", rmat_graph(9, 12, rng), {2, 3, 64, 300}});
  std::vector<NodeId> many;
  for (NodeId u = 0; u < 70; ++u) many.push_back(u);
  found.push_back({"more than 64 anchors", support::random_graph(90, 200, rng), many});
  return found;
}

/// The pairs that a batch's paths hold by definition: its own, and all predecessors of what they hold.
std::map<Pair, Listed> closure(const std::map<Pair, Listed>& all, std::span<const NodeId> batch) {
  std::set<Pair> kept;
  std::vector<Pair> waiting;
  for (const auto& [pair, listed] : all) {
    if (std::find(batch.begin(), batch.end(), pair.first) != batch.end()) waiting.push_back(pair);
  }
  while (!waiting.empty()) {
    const Pair pair = waiting.back();
    waiting.pop_back();
    if (!kept.insert(pair).second) continue;
    for (const NodeId w : all.at(pair).predecessors) waiting.emplace_back(w, pair.second);
  }
  std::map<Pair, Listed> result;
  for (const Pair& pair : kept) {
    Listed listed = all.at(pair);
    std::erase_if(listed.successors, [&](NodeId u) { return kept.count({u, pair.second}) == 0; });
    result.emplace(pair, std::move(listed));
  }
  return result;
}

}  // namespace

TEST_CASE("path sampler: with all predecessors a batch holds what all paths list of it, and nothing else",
          "[position][paths]") {
  for (const Case& c : cases()) {
    INFO(c.label);
    const AnchorSet anchors = given_anchors(c.graph, {}, c.anchors);
    const auto all = read(shortest_path_items(c.graph, anchors, c.options), anchors);
    PathSampler sampler = sampler_of(c.graph, anchors, c.options);
    for (const std::vector<NodeId>& batch : {std::vector<NodeId>{9}, {30, 2, 17}, {0, 39, 38, 1, 20}}) {
      const SampledPaths paths = sampler.draw(batch, 0, Rng(1));
      CHECK(read(paths) == closure(all, batch));  // counts to the bit
      CHECK(std::equal(batch.begin(), batch.end(), paths.nodes.begin()));
      for (std::size_t i = 0; i < paths.node.size(); ++i) {
        CHECK(paths.predecessor_totals[i] ==
              paths.lists.predecessor_offsets[i + 1] - paths.lists.predecessor_offsets[i]);
        const auto key = [&](std::size_t item) { return Pair{paths.node[item], paths.slot[item]}; };
        const auto& levels = paths.lists.level_offsets;
        const bool begins_level = std::find(levels.begin(), levels.end(), static_cast<std::int32_t>(i)) != levels.end();
        if (i > 0 && !begins_level) CHECK(key(i - 1) < key(i));
      }
    }
  }
}

TEST_CASE("path sampler: slots of several tables follow each other", "[position][paths]") {
  Rng rng(8);
  const Graph graph = support::random_graph(40, 120, rng, {.directed = true});
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{5, 6, 7});
  std::vector<PathTable> tables;
  for (const PathDirection direction : {PathDirection::from_anchor, PathDirection::towards_anchor}) {
    tables.push_back(path_table(graph, anchors, {.direction = direction}));
  }
  const std::vector<NodeId> batch{1, 30, 12};
  std::map<Pair, Listed> expected = read(PathSampler({tables[0]}).draw(batch, 0, Rng(1)));
  for (auto& [pair, listed] : read(PathSampler({tables[1]}).draw(batch, 0, Rng(1)))) {
    expected.emplace(Pair{pair.first, pair.second + 3}, listed);
  }
  const SampledPaths both = PathSampler(tables).draw(batch, 0, Rng(1));
  CHECK(both.slot_count == 6);
  CHECK(read(both) == expected);
}

TEST_CASE("path sampler: what is drawn of a pair depends on neither the batch nor the threads", "[position][paths]") {
  Rng rng(6);
  const Graph graph = support::random_graph(400, 2400, rng);
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{0, 100, 200, 300});
  PathSampler sampler = sampler_of(graph, anchors);
  const Rng stream(11);
  std::vector<NodeId> every;
  for (NodeId u = 0; u < 400; ++u) every.push_back(u);
  const support::Threads one(1);
  const auto all = read(sampler.draw(every, 2, stream));
  std::size_t cut = 0;
  for (const std::vector<NodeId>& batch : {std::vector<NodeId>{17}, {399, 17, 210, 4}}) {
    for (const int count : {1, 3}) {
      const support::Threads threads(count);
      for (const auto& [pair, listed] : read(sampler.draw(batch, 2, stream))) {
        CHECK(listed.predecessors == all.at(pair).predecessors);
        CHECK(listed.predecessors.size() <= 2);
        if (listed.predecessors.size() == 2) ++cut;
      }
    }
  }
  CHECK(cut > 0);
  const support::Threads three(3);
  CHECK(read(sampler.draw(every, 2, stream)) == all);
  CHECK(read(sampler.draw(every, 2, Rng(12))) != all);
}

TEST_CASE("path sampler: a batch holds no pair that none of its nodes asked for", "[position][paths]") {
  Rng rng(7);
  const Graph graph = support::random_graph(300, 1500, rng);
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{0, 1, 2});
  const std::vector<NodeId> batch{50, 60};
  const SampledPaths paths = sampler_of(graph, anchors).draw(batch, 2, Rng(3));
  for (const auto& [pair, listed] : read(paths)) {
    const bool in_batch = std::find(batch.begin(), batch.end(), pair.first) != batch.end();
    CHECK((in_batch || !listed.successors.empty()));
    CHECK((listed.level == 0) == listed.predecessors.empty());
  }
}

TEST_CASE("path sampler: every pair of five predecessors is drawn as often as the others", "[position][paths]") {
  // Node 0 is tied to five nodes, and these to node 6.
  std::vector<Edge> edges;
  for (NodeId w = 1; w <= 5; ++w) {
    edges.push_back({0, w});
    edges.push_back({w, 6});
  }
  const Graph graph = Graph::from_edges(7, edges);
  PathSampler sampler = sampler_of(graph, given_anchors(graph, {}, std::vector<NodeId>{0}));
  std::map<std::vector<NodeId>, int> drawn;
  constexpr int draws = 4000;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    const auto paths = read(sampler.draw(std::vector<NodeId>{6}, 2, Rng(seed)));
    ++drawn[paths.at({6, 0}).predecessors];
  }
  CHECK(drawn.size() == 10);
  double chi_square = 0;
  for (const auto& [pair, count] : drawn)
    chi_square += (count - draws / 10.0) * (count - draws / 10.0) / (draws / 10.0);
  CHECK(chi_square < 27.9);  // 9 degrees of freedom: exceeded once in a thousand
}

TEST_CASE("path sampler: what makes no sense is refused, and the next draw is none the worse", "[position][paths]") {
  const Graph graph = support::path(6);
  PathSampler sampler = sampler_of(graph, given_anchors(graph, {}, std::vector<NodeId>{0}));
  const auto draw = [&](std::vector<NodeId> batch, Index fan_out) { return sampler.draw(batch, fan_out, Rng(1)); };
  CHECK_THROWS_AS(draw({1}, -1), UsageError);
  CHECK_THROWS_AS(draw({6}, 1), ShapeError);
  CHECK_THROWS_AS(draw({-1}, 1), ShapeError);
  CHECK_THROWS_AS(draw({2, 3, 2}, 1), ShapeError);
  const SampledPaths paths = draw({3, 2}, 1);
  CHECK(paths.nodes == std::vector<NodeId>{3, 2, 1, 0});
  CHECK(draw({}, 1).item_count() == 0);
}
