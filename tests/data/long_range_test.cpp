#include "data/long_range.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/error.h"
#include "data/synthetic.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

constexpr auto asked_column = static_cast<Index>(LongRangeColumn::asked);
constexpr auto plain_column = static_cast<Index>(LongRangeColumn::plain);

Tensor rows_of(const Dataset& dataset) { return std::get<SparseMatrix>(dataset.features).to_dense(); }

/// The class that a node carries; -1 where it carries none.
Index carried_by(const Tensor& rows, Index node) {
  for (Index c = 0; c < carried_classes; ++c) {
    if (rows.at(node, c) == 1) return c;
  }
  return -1;
}

/// For each labeled node what is to be seen within three hops: the features of the nodes there with their distance.
std::map<NodeId, std::string> seen_in_three_hops(const Dataset& dataset) {
  const Tensor rows = rows_of(dataset);
  std::map<NodeId, std::string> seen;
  for (NodeId u = 0; u < dataset.node_count(); ++u) {
    if (dataset.labels[static_cast<std::size_t>(u)] < 0) continue;
    const std::vector<std::int32_t> hops = hop_distances(dataset.graph, u);
    std::vector<std::string> around;
    for (Index v = 0; v < dataset.node_count(); ++v) {
      const std::int32_t far = hops[static_cast<std::size_t>(v)];
      if (far < 0 || far > 3) continue;
      around.push_back(std::to_string(far) + "/");
      for (const Real value : rows.row(v)) around.back() += value == 0 ? "0" : "1";
    }
    std::sort(around.begin(), around.end());
    for (const std::string& one : around) seen[u] += one + " ";
  }
  return seen;
}

/// Share of the labeled nodes that are right who always say what is most frequent for what they see.
double best_within_three_hops(const Dataset& dataset) {
  std::map<std::string, std::map<std::int32_t, Index>> labels;
  Index all = 0;
  for (const auto& [node, view] : seen_in_three_hops(dataset)) {
    ++labels[view][dataset.labels[static_cast<std::size_t>(node)]];
    ++all;
  }
  Index right = 0;
  for (const auto& [view, counts] : labels) {
    Index most = 0;
    for (const auto& [label, count] : counts) most = std::max(most, count);
    right += most;
  }
  return static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace

TEST_CASE("long range: the other end of a path carries the class that an end is asked for", "[data][long_range]") {
  const Dataset dataset = make_synthetic("carry:9:graphs=40", 3);
  const Tensor rows = rows_of(dataset);
  CHECK(dataset.graph_count() == 40);
  CHECK(support::same_graph(dataset.graph, disjoint_union(std::vector<Graph>(40, path_graph(9)))));
  Index from_the_left = 0;
  for (Index g = 0; g < 40; ++g) {
    const bool left = carried_by(rows, g * 9) >= 0;
    const Index source = g * 9 + (left ? 0 : 8);
    const Index asked = g * 9 + (left ? 8 : 0);
    from_the_left += left ? 1 : 0;
    CHECK(rows.at(asked, asked_column) == 1);
    CHECK(carried_by(rows, source) == dataset.labels[static_cast<std::size_t>(asked)]);
    for (Index u = g * 9; u < g * 9 + 9; ++u) {
      CHECK((dataset.labels[static_cast<std::size_t>(u)] >= 0) == (u == asked));
      CHECK((rows.at(u, plain_column) == 1) == (u != asked && u != source));
      CHECK(std::count(rows.row(u).begin(), rows.row(u).end(), Real(1)) == 1);
    }
  }
  CHECK(from_the_left > 8);  // of 40 at even odds: 3.8 standard deviations
  CHECK(from_the_left < 32);
}

TEST_CASE("long range: a node of a ring is asked what the node half way round carries", "[data][long_range]") {
  for (const Index length : {8, 9}) {
    const Dataset dataset = make_synthetic("ring-transfer:" + std::to_string(length) + ":graphs=40", 3);
    const Tensor rows = rows_of(dataset);
    CHECK(support::same_graph(dataset.graph, disjoint_union(std::vector<Graph>(40, cycle_graph(length)))));
    std::set<Index> sources;
    for (Index g = 0; g < 40; ++g) {
      Index source = 0;
      while (carried_by(rows, g * length + source) < 0) ++source;
      sources.insert(source);
      const Index asked = g * length + (source + length / 2) % length;
      CHECK(rows.at(asked, asked_column) == 1);
      CHECK(dataset.labels[static_cast<std::size_t>(asked)] == carried_by(rows, g * length + source));
    }
    CHECK(static_cast<Index>(sources.size()) > length / 2);
    CHECK(std::count_if(dataset.labels.begin(), dataset.labels.end(), [](auto c) { return c >= 0; }) == 40);
  }
}

TEST_CASE("long range: opposite corners are the same where they carry the same, and none knows it by itself",
          "[data][long_range]") {
  const Dataset dataset = make_synthetic("corners:4x7:graphs=40", 3);
  const Tensor rows = rows_of(dataset);
  CHECK(dataset.class_names == std::vector<std::string>{"different", "same"});
  std::array<std::array<Index, 2>, 2> labels_by_carried{};
  std::set<Index> corners;
  for (Index g = 0; g < 40; ++g) {
    std::vector<Index> asked;
    for (Index u = g * 28; u < g * 28 + 28; ++u) {
      if (rows.at(u, asked_column) == 1) asked.push_back(u);
      CHECK((carried_by(rows, u) >= 0) == (rows.at(u, asked_column) == 1));
    }
    REQUIRE(asked.size() == 2);
    corners.insert(asked[0] - g * 28);
    CHECK(asked[0] + asked[1] == 2 * g * 28 + 27);
    const std::int32_t same = carried_by(rows, asked[0]) == carried_by(rows, asked[1]) ? 1 : 0;
    for (const Index u : asked) {
      CHECK(dataset.labels[static_cast<std::size_t>(u)] == same);
      ++labels_by_carried.at(static_cast<std::size_t>(carried_by(rows, u))).at(static_cast<std::size_t>(same));
    }
  }
  CHECK(corners == std::set<Index>{0, 6});
  for (const auto& by_label : labels_by_carried) CHECK(by_label == std::array<Index, 2>{20, 20});
}

TEST_CASE("long range: three hops around whoever is asked say nothing from length 8 on", "[data][long_range]") {
  CHECK(best_within_three_hops(make_synthetic("carry:8:graphs=40", 1)) == 0.25);
  CHECK(best_within_three_hops(make_synthetic("ring-transfer:8:graphs=40", 1)) == 0.25);
  CHECK(best_within_three_hops(make_synthetic("corners:4x6:graphs=40", 1)) == 0.5);
  CHECK(best_within_three_hops(make_synthetic("carry:4:graphs=40", 1)) == 1);  // here they say all
}

TEST_CASE("long range: classes are as frequent as each other, and parts consist of whole graphs",
          "[data][long_range]") {
  for (const char* spec : {"carry:5", "ring-transfer:5", "corners:2x3"}) {
    INFO(spec);
    const Dataset dataset = make_synthetic(spec, 7);
    CHECK(dataset.graph_count() == 200);
    std::map<std::int32_t, Index> counts;
    for (const std::int32_t label : dataset.labels) ++counts[label];
    for (Index c = 1; c < dataset.class_count(); ++c) CHECK(counts[static_cast<std::int32_t>(c)] == counts[0]);
    REQUIRE(dataset.splits.size() == 1);
    std::array<std::set<std::int32_t>, 3> graphs;
    for (const Part part : {Part::train, Part::validation, Part::test}) {
      for (const NodeId u : dataset.splits.front().of(part)) {
        graphs.at(static_cast<std::size_t>(part)).insert(dataset.graph_of_node[static_cast<std::size_t>(u)]);
      }
    }
    CHECK(graphs[0].size() == 120);
    CHECK(graphs[1].size() == 40);
    CHECK(graphs[2].size() == 40);
    std::set<std::int32_t> all = graphs[0];
    all.insert(graphs[1].begin(), graphs[1].end());
    all.insert(graphs[2].begin(), graphs[2].end());
    CHECK(all.size() == 200);
  }
}

TEST_CASE("long range: another seed asks other questions, parts joined by + keep their splits", "[data][long_range]") {
  CHECK(make_synthetic("carry:8", 1).labels == make_synthetic("carry:8", 1).labels);
  CHECK(make_synthetic("carry:8", 1).labels != make_synthetic("carry:8", 2).labels);
  CHECK(make_synthetic("carry:8", 1).splits[0].train != make_synthetic("carry:8", 2).splits[0].train);
  const Dataset both = make_synthetic("carry:8:graphs=10+ring-transfer:12:graphs=10", 1);
  CHECK(both.graph_count() == 20);
  REQUIRE(both.splits.size() == 1);
  CHECK(both.splits[0].train.size() == 12);
}

TEST_CASE("long range: what makes no task is refused", "[data][long_range]") {
  Rng rng(1);
  CHECK_THROWS_AS(carry_dataset(1, 10, rng), UsageError);
  CHECK_THROWS_AS(carry_dataset(8, 4, rng), UsageError);
  CHECK_THROWS_AS(ring_transfer_dataset(2, 10, rng), UsageError);
  CHECK_THROWS_AS(corners_dataset(1, 8, 10, rng), UsageError);
  CHECK_THROWS_AS(corners_dataset(8, 1, 10, rng), UsageError);
  CHECK_THROWS_WITH(make_synthetic("carry:8:4", 1), Catch::Contains("expected carry:LENGTH[:graphs=200]"));
  CHECK_THROWS_WITH(make_synthetic("corners:8", 1), Catch::Contains("expected corners:ROWSxCOLUMNS"));
}
