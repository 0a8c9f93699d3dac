// Untrained controls against a computation that shares no more with them than how pairs are dealt.

#include "benchmarks/position_controls.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include "benchmarks/position_columns.h"
#include "core/error.h"
#include "data/pairs.h"
#include "data/synthetic.h"
#include "graph/traversal.h"
#include "models/training.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::benchmarks;

namespace {

/// ROC AUC where near ties count nothing, a half and one: terms like 1/2 - 1/3 and 1/3 - 1/6 are equal, but for their
/// rounding.
struct Auc {
  double low = 0;
  double middle = 0;
  double high = 0;
};

Auc brute_auc(const PairSet& pairs, const std::function<double(NodePair)>& score) {
  Auc auc;
  for (const NodePair positive : pairs.positives) {
    for (const NodePair negative : pairs.negatives) {
      const double difference = score(positive) - score(negative);
      const bool tie = std::abs(difference) < 1e-5;  // float sums of up to 25 terms below 1
      auc.low += !tie && difference > 0 ? 1 : 0;
      auc.high += tie || difference > 0 ? 1 : 0;
    }
  }
  const auto count = static_cast<double>(pairs.positives.size() * pairs.negatives.size());
  auc.low /= count;
  auc.high /= count;
  auc.middle = (auc.low + auc.high) / 2;
  return auc;
}

/// Minus the L1 distance of 1 / (d + 1) over groups of anchors.
double distance_score(const std::vector<std::vector<std::vector<std::int32_t>>>& hops, NodePair pair) {
  const auto closeness = [](const std::vector<std::vector<std::int32_t>>& of_group, NodeId u) {
    double best = 0;
    for (const auto& from : of_group) {
      const std::int32_t d = from[static_cast<std::size_t>(u)];
      if (d >= 0) best = std::max(best, 1.0 / (d + 1));
    }
    return best;
  };
  double sum = 0;
  for (const auto& of_group : hops) sum += std::abs(closeness(of_group, pair.u) - closeness(of_group, pair.v));
  return -sum;
}

const PositionColumn& column_of(std::string_view name) {
  const auto& columns = position_columns();
  return *std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
}

struct Judged {
  double found = 0;
  Auc expected;
};

/// The control's ROC AUC, and that of the brute force from the anchors that `model` is trained with.
Judged judged(std::string_view control, std::string_view model, std::string_view column, Index anchors,
              std::uint64_t seed) {
  const bool link = column_of(column).is_link();
  const Dataset dataset = make_synthetic(link ? "grid:8x9" : "communities:5x8", seed);
  TrainConfig config = position_config(column_of(column), model, anchors, 1);
  config.seed = seed;
  Rng rng = Rng(seed).split("split");
  const PairSplitOptions options{.train_ratio = 0.8, .validation_ratio = 0.1, .test_ratio = 0.1};
  Graph graph = dataset.graph;
  PairSet test;
  if (link) {
    LinkSplit split = split_links(dataset.graph, {}, options, rng);
    graph = split.message_graph;
    test = split.pairs.test;
  } else {
    test = split_pairs(dataset.labels, {}, dataset.node_count(), options, rng).test;
  }
  Training training(dataset, config);
  training.advance();
  std::vector<std::vector<std::vector<std::int32_t>>> hops;
  for (const auto& group : training.anchors()->groups) {
    hops.emplace_back();
    for (const NodeId anchor : group) hops.back().push_back(hop_distances(graph, anchor));
  }
  return {.found = untrained_result(control, dataset, config).test.at("roc_auc"),
          .expected = brute_auc(test, [&](NodePair pair) { return distance_score(hops, pair); })};
}

}  // namespace

TEST_CASE("untrained controls: distances from the anchors of a training, as a brute force finds them", "[benchmarks]") {
  for (const std::string_view column : {"grid/link", "communities/pair"}) {
    for (const std::uint64_t seed : {0U, 1U, 2U}) {
      for (const Index anchors : {1, 4, 0}) {
        for (const auto& [control, model] : {std::pair{"untrained-distance", "gir"}, {"untrained-sets", "pgnn"}}) {
          CAPTURE(control, column, seed, anchors);
          const Judged result = judged(control, model, column, anchors, seed);
          CHECK(result.found >= result.expected.low - 1e-12);
          CHECK(result.found <= result.expected.high + 1e-12);
          // Of a few hundred pairs of pairs, few are near ties that rounding decides.
          CHECK(result.found == Approx(result.expected.middle).margin(0.025));
        }
      }
    }
  }
}

TEST_CASE("untrained controls: common neighbors are counted on the links that may be seen", "[benchmarks]") {
  const Dataset dataset = make_synthetic("communities:5x8", 3);
  TrainConfig config = position_config(column_of("communities/link"), "common-neighbors", 1, 1);
  config.seed = 3;
  Rng rng = Rng(3).split("split");
  const LinkSplit split =
      split_links(dataset.graph, {}, {.train_ratio = 0.8, .validation_ratio = 0.1, .test_ratio = 0.1}, rng);
  const auto count = [&](NodePair pair) {
    const auto u = split.message_graph.neighbors(pair.u);
    const std::set<NodeId> of_u(u.begin(), u.end());
    double common = 0;
    for (const NodeId w : split.message_graph.neighbors(pair.v)) common += static_cast<double>(of_u.count(w));
    return common;
  };
  const UntrainedResult result = untrained_result("common-neighbors", dataset, config);
  // Counts are whole numbers: only the last division rounds.
  CHECK(result.test.at("roc_auc") == Approx(brute_auc(split.pairs.test, count).middle).epsilon(1e-12));
  CHECK(result.validation.at("roc_auc") == Approx(brute_auc(split.pairs.validation, count).middle).epsilon(1e-12));
}

TEST_CASE("untrained controls: another name is refused, and a graph too large for dense rows", "[benchmarks]") {
  const Dataset dataset = make_synthetic("grid:4x4", 0);
  const TrainConfig config = position_config(column_of("grid/link"), "gir", 1, 1);
  CHECK_THROWS_AS(untrained_result("untrained", dataset, config), UsageError);
  CHECK_THROWS_AS(untrained_result("common-neighbors", make_synthetic("path:8193", 0), config), UsageError);
}
