#include "position/position_cache.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

PathItems some_items(const PathOptions& options) {
  Rng rng(1);
  const Graph graph = support::random_graph(40, 70, rng, {.weighted = true});
  return shortest_path_items(graph, select_anchors(graph, {}, {.count = 5}, rng), options);
}

std::vector<std::int32_t>& numbers(NamedTensors& named, const char* name) {
  return std::get<std::vector<std::int32_t>>(named.arrays.at(name).values);
}

void say(NamedTensors& named, const char* name, std::string text) {
  named.metadata.insert_or_assign(name, std::move(text));
}

}  // namespace

TEST_CASE("position cache: items come back bit for bit", "[position][cache]") {
  for (const PathOptions& options :
       {PathOptions{}, PathOptions{.weighted = true, .siblings = true}, PathOptions{.one_predecessor = true}}) {
    const PathItems items = some_items(options);
    const NamedTensors named = to_named(items);
    const PathItems back = path_items_from(named);
    CHECK(back.node_count == items.node_count);
    CHECK(back.anchor_count == items.anchor_count);
    CHECK(back.slot_count == items.slot_count);
    CHECK(back.node == items.node);
    CHECK(back.distance == items.distance);
    CHECK(back.lists.siblings == items.lists.siblings);
    // Whatever else there is: the same arrays again.
    const NamedTensors again = to_named(back);
    CHECK(again.metadata == named.metadata);
    for (const auto& [name, array] : named.arrays) {
      INFO(name);
      CHECK(again.arrays.at(name).values == array.values);
      CHECK(again.arrays.at(name).shape == array.shape);
    }
  }
}

TEST_CASE("position cache: distances come back bit for bit, unreached ones too", "[position][cache]") {
  const HopDistances hops = hop_distances(support::path(700), {{{0}, {5}, {}}, {}});
  const HopDistances back = hop_distances_from(to_named(hops));
  CHECK(back.node_count == 700);
  CHECK(back.anchor_count == 3);
  const auto a = hops.hops.values();
  const auto b = back.hops.values();
  CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  CHECK(back.at(699, 0) == 699);
  CHECK(back.at(3, 2) == HopDistances::unreached);
}

TEST_CASE("position cache: items that could not have been made are refused", "[position][cache]") {
  using Break = std::function<void(NamedTensors&)>;
  const std::vector<std::pair<const char*, Break>> breaks{
      {"another kind", [](NamedTensors& n) { say(n, "kind", "weights"); }},
      {"no kind", [](NamedTensors& n) { n.metadata.erase("kind"); }},
      {"no nodes", [](NamedTensors& n) { n.metadata.erase("nodes"); }},
      {"nodes no number", [](NamedTensors& n) { say(n, "nodes", "40x"); }},
      {"too few nodes", [](NamedTensors& n) { say(n, "nodes", "3"); }},
      {"nodes beyond ids", [](NamedTensors& n) { say(n, "nodes", "99999999999"); }},
      {"more slots than anchors", [](NamedTensors& n) { say(n, "slots", "6"); }},
      {"array missing", [](NamedTensors& n) { n.arrays.erase("successors"); }},
      {"array of reals",
       [](NamedTensors& n) { n.arrays["node"].values = std::vector<float>(numbers(n, "node").size()); }},
      {"shape of another size", [](NamedTensors& n) { n.arrays["node"].shape = Shape{3}; }},
      {"an anchor too few",
       [](NamedTensors& n) {
         numbers(n, "anchor").pop_back();
         n.arrays["anchor"].shape = Shape{static_cast<Index>(numbers(n, "anchor").size())};
       }},
      {"no such anchor", [](NamedTensors& n) { numbers(n, "anchor")[2] = 5; }},
      {"negative node", [](NamedTensors& n) { numbers(n, "node")[2] = -1; }},
      {"levels that descend", [](NamedTensors& n) { numbers(n, "level_offsets")[1] = 100000; }},
      {"offsets that start late", [](NamedTensors& n) { numbers(n, "predecessor_offsets")[0] = 1; }},
      {"offsets that end late", [](NamedTensors& n) { ++numbers(n, "successor_offsets").back(); }},
      {"predecessor of its own level",
       [](NamedTensors& n) { numbers(n, "predecessors").back() = numbers(n, "level_offsets").back() - 1; }},
      {"predecessor outside", [](NamedTensors& n) { numbers(n, "predecessors")[0] = -1; }},
      {"item without a predecessor",
       [](NamedTensors& n) {
         auto& offsets = numbers(n, "predecessor_offsets");
         const auto first = static_cast<std::size_t>(numbers(n, "level_offsets")[1]);
         offsets[first + 1] = offsets[first];  // those of the first item of level 1 go to the second
       }},
      {"successor of its own level", [](NamedTensors& n) { numbers(n, "successors")[0] = 0; }},
      {"successor outside", [](NamedTensors& n) { numbers(n, "successors")[0] = 1 << 30; }},
      {"sibling of another level", [](NamedTensors& n) { numbers(n, "siblings").back() = 0; }},
  };
  const NamedTensors good = to_named(some_items({.weighted = true, .siblings = true}));
  REQUIRE(!std::get<std::vector<std::int32_t>>(good.arrays.at("siblings").values).empty());
  CHECK_NOTHROW(path_items_from(good));
  for (const auto& [name, change] : breaks) {
    NamedTensors bad = good;
    change(bad);
    INFO(name);
    CHECK_THROWS_AS(path_items_from(bad), Error);
  }
  NamedTensors hops = to_named(hop_distances(support::path(4), {{{0}}, {}}));
  CHECK_THROWS_AS(path_items_from(hops), Error);
  hops.arrays["hops"].shape = Shape{4, 2, 1};
  CHECK_THROWS_AS(hop_distances_from(hops), Error);
}

TEST_CASE("position cache: the key changes with every option and with everything in the graph", "[position][cache]") {
  const std::vector<Edge> edges{{0, 1, 1}, {1, 2, 2}, {2, 3, 1}};
  const Graph graph = Graph::from_edges(5, edges, {.weighted = true});
  const AnchorSet anchors{{{0, 1}, {2}}, {}};
  const std::string key = cache_key(graph, anchors, {});
  CHECK(key.size() == 32);
  CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(key == cache_key(Graph::from_edges(5, edges, {.weighted = true}), anchors, {}));
  CHECK(key == cache_key(graph, {{{0, 1}, {2}}, {0, 0}}, {}));  // one graph, however it is said

  std::set<std::string> keys{key};
  const auto is_new = [&](const std::string& other) { return keys.insert(other).second; };
  CHECK(is_new(cache_key(graph, anchors, {.max_hops = 1})));
  CHECK(is_new(cache_key(graph, anchors, {.max_hops = 2})));
  CHECK(is_new(cache_key(graph, anchors, {.direction = PathDirection::towards_anchor})));
  CHECK(is_new(cache_key(graph, anchors, {.weighted = true})));
  CHECK(is_new(cache_key(graph, anchors, {.siblings = true})));
  CHECK(is_new(cache_key(graph, anchors, {.one_predecessor = true})));
  CHECK(is_new(cache_key(graph, anchors, {.tree_key = 1})));
  CHECK(is_new(cache_key(graph, anchors, {.first_slot = 1})));
  CHECK(is_new(cache_key(graph, {{{0}, {1, 2}}, {}}, {})));
  CHECK(is_new(cache_key(graph, {{{0, 1, 2}}, {}}, {})));
  CHECK(is_new(cache_key(graph, {{{0, 1}, {2}, {}}, {}}, {})));
  CHECK(is_new(cache_key(graph, {{{0, 1}, {2}}, {0, 1}}, {})));
  CHECK(is_new(cache_key(Graph::from_edges(6, edges, {.weighted = true}), anchors, {})));
  CHECK(is_new(cache_key(Graph::from_edges(5, edges), anchors, {})));
  CHECK(is_new(cache_key(Graph::from_edges(5, edges, {.directed = true, .weighted = true}), anchors, {})));
  for (std::size_t e = 0; e < 3; ++e) {
    std::vector<Edge> changed = edges;
    changed[e].weight = Real(1.5);
    CHECK(is_new(cache_key(Graph::from_edges(5, changed, {.weighted = true}), anchors, {})));
    changed = edges;
    changed[e].target = 4;
    CHECK(is_new(cache_key(Graph::from_edges(5, changed, {.weighted = true}), anchors, {})));
  }
}
