#include "data/metrics.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {
std::vector<NodeId> all_nodes(Index count) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(count));
  std::iota(nodes.begin(), nodes.end(), NodeId{0});
  return nodes;
}
}  // namespace

TEST_CASE("metrics: known answers of scikit-learn for 8 nodes and 3 classes", "[data][metrics]") {
  // labels 0 0 0 1 1 2 2 2, predictions 0 0 1 1 2 2 2 0: F1 is 2/3, 1/2 and 2/3; accuracy 5/8.
  const std::vector<std::int32_t> labels{0, 0, 0, 1, 1, 2, 2, 2};
  const std::vector<int> predicted{0, 0, 1, 1, 2, 2, 2, 0};
  Tensor scores({8, 3});
  for (Index u = 0; u < 8; ++u) scores.at(u, predicted[static_cast<std::size_t>(u)]) = 1;
  const ClassificationMetrics metrics = classification_metrics(scores, labels, all_nodes(8));
  CHECK(metrics.accuracy == Approx(5.0 / 8));
  CHECK(metrics.macro_f1 == Approx((2.0 / 3 + 1.0 / 2 + 2.0 / 3) / 3));
  const double right = std::log(std::exp(1.0) + 2) - 1;
  const double wrong = std::log(std::exp(1.0) + 2);
  CHECK(metrics.cross_entropy == Approx((5 * right + 3 * wrong) / 8));
}

TEST_CASE("metrics: macro-F1 leaves out classes that neither occur nor are predicted", "[data][metrics]") {
  // Classes 0 (F1 2/3), 1 (F1 0: never predicted) and not 2, 3.
  const Tensor scores({3, 4}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0});
  const std::vector<std::int32_t> labels{0, 1, 0};
  CHECK(classification_metrics(scores, labels, all_nodes(3)).macro_f1 == Approx((4.0 / 5 + 0) / 2));
}

TEST_CASE("metrics: a class that is predicted but never occurs lowers macro-F1", "[data][metrics]") {
  const Tensor scores({2, 3}, {1, 0, 0, 0, 0, 1});
  const std::vector<std::int32_t> labels{0, 0};
  CHECK(classification_metrics(scores, labels, all_nodes(2)).macro_f1 == Approx((2.0 / 3 + 0) / 2));
}

TEST_CASE("metrics: of equal scores the lowest class is predicted", "[data][metrics]") {
  const Tensor scores({2, 3}, {0, 5, 5, 5, 5, 5});
  CHECK(classification_metrics(scores, std::vector<std::int32_t>{1, 0}, all_nodes(2)).accuracy == 1);
  CHECK(classification_metrics(scores, std::vector<std::int32_t>{2, 1}, all_nodes(2)).accuracy == 0);
}

TEST_CASE("metrics: cross entropy stays finite for scores far apart and does not change when all shift",
          "[data][metrics]") {
  const Tensor far({1, 2}, {-20000, 20000});
  CHECK(classification_metrics(far, std::vector<std::int32_t>{0}, all_nodes(1)).cross_entropy == Approx(40000));
  CHECK(classification_metrics(far, std::vector<std::int32_t>{1}, all_nodes(1)).cross_entropy ==
        Approx(0).margin(1e-12));
  const Tensor plain({1, 3}, {1, 2, 3});
  const Tensor shifted({1, 3}, {1001, 1002, 1003});
  const std::vector<std::int32_t> labels{1};
  CHECK(classification_metrics(plain, labels, all_nodes(1)).cross_entropy ==
        Approx(classification_metrics(shifted, labels, all_nodes(1)).cross_entropy));
}

TEST_CASE("metrics: only the named nodes count, and none of them gives zeros", "[data][metrics]") {
  const Tensor scores({3, 2}, {1, 0, 1, 0, 0, 1});
  const std::vector<std::int32_t> labels{0, 1, -1};
  CHECK(classification_metrics(scores, labels, std::vector<NodeId>{0}).accuracy == 1);
  CHECK(classification_metrics(scores, labels, std::vector<NodeId>{1}).accuracy == 0);
  const ClassificationMetrics none = classification_metrics(scores, labels, {});
  CHECK((none.accuracy == 0 && none.macro_f1 == 0 && none.cross_entropy == 0));
}

TEST_CASE("metrics: a node without label, out of range or of an unknown class is refused", "[data][metrics]") {
  const Tensor scores({3, 2});
  const std::vector<std::int32_t> labels{0, 2, -1};
  CHECK_THROWS_AS(classification_metrics(scores, labels, std::vector<NodeId>{1}), ShapeError);
  CHECK_THROWS_AS(classification_metrics(scores, labels, std::vector<NodeId>{2}), ShapeError);
  CHECK_THROWS_AS(classification_metrics(scores, labels, std::vector<NodeId>{3}), ShapeError);
  CHECK_THROWS_AS(classification_metrics(scores, labels, std::vector<NodeId>{-1}), ShapeError);
  CHECK_THROWS_AS(classification_metrics(Tensor({2, 2}), labels, std::vector<NodeId>{0}), ShapeError);
}

TEST_CASE("metrics: ROC AUC of two classes goes by the difference of the scores", "[data][metrics]") {
  // Differences 1, 3, -1 and 1 of the classes 0, 1, 0 and 1: wins 1 and 1 of the second, 0.5 and 1 of the last.
  const Tensor scores({4, 2}, {0, 1, 2, 5, 9, 8, -4, -3});
  const std::vector<std::int32_t> labels{0, 1, 0, 1};
  CHECK(classification_metrics(scores, labels, all_nodes(4)).roc_auc == 3.5 / 4);
  const std::vector<std::int32_t> turned{1, 0, 1, 0};
  CHECK(classification_metrics(scores, turned, all_nodes(4)).roc_auc == 0.5 / 4);
}

TEST_CASE("metrics: ROC AUC is NaN where it has no meaning", "[data][metrics]") {
  const std::vector<std::int32_t> labels{0, 1, 0};
  const auto auc = [&](const Tensor& scores, std::vector<NodeId> nodes) {
    return classification_metrics(scores, labels, nodes).roc_auc;
  };
  Tensor scores({3, 2}, {0, 1, 2, 5, 9, 8});
  CHECK(auc(scores, {0, 1}) == 1);
  CHECK(std::isnan(auc(scores, {0, 2})));
  CHECK(std::isnan(auc(scores, {1})));
  CHECK(std::isnan(auc(scores, {})));
  CHECK(std::isnan(auc(Tensor({3, 3}), {0, 1, 2})));
  scores.at(1, 0) = std::numeric_limits<Real>::quiet_NaN();
  CHECK(std::isnan(auc(scores, {0, 1, 2})));
}

TEST_CASE("metrics: the same bits for 1, 2 and 3 threads", "[data][metrics]") {
  Rng rng(1);
  const Tensor scores = support::random_tensor({30000, 7}, rng);
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 30000; ++i) labels.push_back(static_cast<std::int32_t>(rng.below(7)));
  const auto measured = [&](int threads) {
    const support::Threads scope(threads);
    return classification_metrics(scores, labels, all_nodes(30000));
  };
  const ClassificationMetrics one = measured(1);
  for (const int threads : {2, 3}) {
    const ClassificationMetrics other = measured(threads);
    CHECK(one.accuracy == other.accuracy);
    CHECK(one.macro_f1 == other.macro_f1);
    CHECK(one.cross_entropy == other.cross_entropy);
  }
}

TEST_CASE("mean and standard deviation: of a sample, and 0 for one value", "[data][metrics]") {
  CHECK(mean_std(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9}).mean == Approx(5));
  CHECK(mean_std(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9}).std == Approx(std::sqrt(32.0 / 7)));
  CHECK(mean_std(std::vector<double>{3}).mean == 3);
  CHECK(mean_std(std::vector<double>{3}).std == 0);
  CHECK(mean_std({}).mean == 0);
}
