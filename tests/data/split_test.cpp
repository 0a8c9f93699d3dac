#include "data/split.h"

#include <algorithm>
#include <limits>
#include <set>

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

namespace {

/// `counts[c]` nodes of class c, the classes taking turns; every tenth node has no label.
std::vector<std::int32_t> mixed_labels(std::vector<Index> counts) {
  std::vector<std::int32_t> labels;
  bool more = true;
  while (more) {
    more = false;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (counts[c]-- <= 0) continue;
      if (labels.size() % 10 == 9) labels.push_back(-1);
      labels.push_back(static_cast<std::int32_t>(c));
      more = true;
    }
  }
  return labels;
}

Index count_of_class(const std::vector<NodeId>& nodes, std::span<const std::int32_t> labels, std::int32_t c) {
  return std::count_if(nodes.begin(), nodes.end(), [&](NodeId u) { return labels[static_cast<std::size_t>(u)] == c; });
}

/// Lists ascend, name only labeled nodes, and no node twice.
void check_valid(const Split& split, std::span<const std::int32_t> labels) {
  std::set<NodeId> seen;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    CHECK(std::is_sorted(split.of(part).begin(), split.of(part).end()));
    for (const NodeId u : split.of(part)) {
      CHECK(seen.insert(u).second);
      CHECK(labels[static_cast<std::size_t>(u)] >= 0);
    }
  }
}

Split split_of(std::span<const std::int32_t> labels, const SplitOptions& options, std::uint64_t seed = 1) {
  Rng rng(seed);
  return make_split(labels, {}, options, rng);
}

}  // namespace

TEST_CASE("split: as many training nodes of each class, then validation and test by count", "[data][split]") {
  const auto labels = mixed_labels({50, 100, 200});
  const Split split = split_of(labels, {.train_per_class = 20, .validation_count = 90, .test_count = 150});
  check_valid(split, labels);
  for (const std::int32_t c : {0, 1, 2}) CHECK(count_of_class(split.train, labels, c) == 20);
  CHECK(split.validation.size() == 90);
  CHECK(split.test.size() == 150);
}

TEST_CASE("split: a test count of 0 takes all that is left", "[data][split]") {
  const auto labels = mixed_labels({50, 100, 200});
  const Split split = split_of(labels, {.train_per_class = 20, .validation_count = 90, .test_count = 0});
  CHECK(split.validation.size() == 90);
  CHECK(split.test.size() == 350 - 60 - 90);
}

TEST_CASE("split: where nodes run out, validation and test share what is left in halves", "[data][split]") {
  const auto labels = mixed_labels({30, 31});
  const Split split = split_of(labels, {.train_per_class = 20});
  CHECK(split.train.size() == 40);
  CHECK(split.validation.size() == 10);
  CHECK(split.test.size() == 11);
}

TEST_CASE("split: a class smaller than asked gives all it has", "[data][split]") {
  const auto labels = mixed_labels({3, 60});
  const Split split = split_of(labels, {.train_per_class = 20, .validation_count = 10, .test_count = 10});
  CHECK(count_of_class(split.train, labels, 0) == 3);
  CHECK(count_of_class(split.train, labels, 1) == 20);
}

TEST_CASE("split: stratified ratios hold within every class to less than one node", "[data][split]") {
  const auto labels = mixed_labels({15, 50, 101, 7});
  const Split split = split_of(labels, {});
  check_valid(split, labels);
  const std::vector<Index> sizes{15, 50, 101, 7};
  for (std::int32_t c = 0; c < 4; ++c) {
    const auto size = static_cast<double>(sizes[static_cast<std::size_t>(c)]);
    const Index train = count_of_class(split.train, labels, c);
    const Index validation = count_of_class(split.validation, labels, c);
    const Index test = count_of_class(split.test, labels, c);
    CHECK(std::abs(static_cast<double>(train) - 0.6 * size) < 1);
    CHECK(std::abs(static_cast<double>(validation) - 0.2 * size) < 1);
    CHECK(std::abs(static_cast<double>(test) - 0.2 * size) < 1);
    CHECK(train + validation + test == sizes[static_cast<std::size_t>(c)]);
  }
  CHECK(count_of_class(split.train, labels, 0) == 9);  // 15 * 0.6 and 15 * 0.2 are whole: no remainder to hand out
  CHECK(count_of_class(split.test, labels, 0) == 3);
}

TEST_CASE("split: equal remainders of many small classes do not all fall to one part", "[data][split]") {
  // 100 classes of 2 nodes: 1.2, 0.4 and 0.4 of each; the second node belongs to validation or test, half of the time
  // each.
  const auto labels = mixed_labels(std::vector<Index>(100, 2));
  const Split split = split_of(labels, {});
  CHECK(split.train.size() == 100);
  CHECK(std::abs(static_cast<double>(split.test.size()) - 50) < 25);  // 5 standard deviations of 5
}

TEST_CASE("split: ratios that add up to less than 1 leave nodes out", "[data][split]") {
  const auto labels = mixed_labels({100, 100});
  const Split split = split_of(labels, {.train_ratio = 0.1, .validation_ratio = 0.1, .test_ratio = 0.3});
  CHECK(split.train.size() == 20);
  CHECK(split.validation.size() == 20);
  CHECK(split.test.size() == 60);
}

TEST_CASE("split: without stratification the shares hold over all, and classes differ", "[data][split]") {
  const auto labels = mixed_labels({1000, 1000});
  const Split split = split_of(labels, {.stratified = false});
  check_valid(split, labels);
  CHECK(split.train.size() == 1200);
  CHECK(split.test.size() == 400);
  CHECK(count_of_class(split.train, labels, 0) != 600);  // equal by chance for 1 seed in 28, and not for this one
}

TEST_CASE("split: every node is as likely to be tested as any other", "[data][split]") {
  const auto labels = mixed_labels({18, 9});
  std::vector<int> tested(labels.size(), 0);
  constexpr int draws = 3000;
  for (int seed = 0; seed < draws; ++seed) {
    for (const NodeId u : split_of(labels, {.stratified = false}, static_cast<std::uint64_t>(seed)).test) {
      ++tested[static_cast<std::size_t>(u)];
    }
  }
  // 27 nodes: 5.4, 5.4 and 16.2 are 5 to 6 of 27 in test; 5.4 / 27 = 0.2 on average, deviation sqrt(0.16 * 3000) = 22.
  for (std::size_t u = 0; u < labels.size(); ++u) {
    if (labels[u] >= 0) CHECK(std::abs(tested[u] - 600) < 110);
  }
}

TEST_CASE("split: the same generator gives the same split, another seed another", "[data][split]") {
  const auto labels = mixed_labels({100, 100});
  CHECK(split_of(labels, {}, 5).train == split_of(labels, {}, 5).train);
  CHECK(split_of(labels, {}, 5).train != split_of(labels, {}, 6).train);
}

TEST_CASE("split: whole graphs stay together and are shared out by count", "[data][split]") {
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> graph_of_node;
  for (std::int32_t u = 0; u < 200; ++u) {
    labels.push_back(u % 13 == 0 ? -1 : u % 2);
    graph_of_node.push_back(u / 10);
  }
  Rng rng(1);
  const Split split = make_split(labels, graph_of_node, {.whole_graphs = true}, rng);
  check_valid(split, labels);
  std::set<std::int32_t> seen;
  const std::vector<std::size_t> expected{12, 4, 4};
  std::size_t part_index = 0;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    std::set<std::int32_t> graphs;
    for (const NodeId u : split.of(part)) graphs.insert(graph_of_node[static_cast<std::size_t>(u)]);
    CHECK(graphs.size() == expected[part_index++]);
    for (const std::int32_t g : graphs) CHECK(seen.insert(g).second);
  }
  CHECK(split.train.size() + split.validation.size() + split.test.size() ==
        200 - 16);  // all labeled nodes of all graphs
}

TEST_CASE("split: a part that would be empty is refused and named", "[data][split]") {
  const std::vector<std::int32_t> two{0, 1};
  CHECK_THROWS_AS(split_of(two, {}), UsageError);
  CHECK_THROWS_AS(split_of(std::vector<std::int32_t>(10, -1), {}), UsageError);
  CHECK_THROWS_AS(split_of({}, {}), UsageError);
  CHECK_THROWS_AS(split_of(std::vector<std::int32_t>(20, 0), {.train_per_class = 20}), UsageError);
  CHECK_THROWS_WITH(
      split_of(std::vector<std::int32_t>(10, 0), {.train_ratio = 0.5, .validation_ratio = 0, .test_ratio = 0.5}),
      Catch::Contains("'validation' empty"));
}

TEST_CASE("split: ratios and counts that make no sense are refused", "[data][split]") {
  const std::vector<std::int32_t> labels(100, 0);
  CHECK_THROWS_AS(split_of(labels, {.train_ratio = -0.1}), UsageError);
  CHECK_THROWS_AS(split_of(labels, {.train_ratio = 0.9}), UsageError);  // 1.3 in sum
  CHECK_THROWS_AS(split_of(labels, {.train_ratio = 0, .validation_ratio = 0, .test_ratio = 0}), UsageError);
  CHECK_THROWS_AS(split_of(labels, {.train_ratio = std::numeric_limits<double>::quiet_NaN()}), UsageError);
  CHECK_THROWS_AS(split_of(labels, {.train_per_class = -1}), UsageError);
  CHECK_THROWS_AS(split_of(labels, {.train_per_class = 5, .validation_count = -1}), UsageError);
  CHECK_THROWS_AS(split_of(labels, {.whole_graphs = true}), UsageError);  // one graph
  CHECK_NOTHROW(
      split_of(labels, {.train_ratio = 0.7, .validation_ratio = 0.1, .test_ratio = 0.2}));  // 1 up to rounding
}

TEST_CASE("split: parts are found by name", "[data][split]") {
  const Split split{{1}, {2}, {3}};
  CHECK(split.of(Part::train) == std::vector<NodeId>{1});
  CHECK(split.of(Part::validation) == std::vector<NodeId>{2});
  CHECK(split.of(Part::test) == std::vector<NodeId>{3});
  CHECK(to_string(Part::validation) == "validation");
}
