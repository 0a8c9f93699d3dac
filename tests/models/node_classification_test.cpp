#include "models/tasks/node_classification.h"

#include <cmath>

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

namespace {
const Tensor scores(Shape{4, 2}, {2, 0, 0, 1, 3, 0, 0, 5});  // predicted: 0, 1, 0, 1
NodeClassification task(std::vector<std::int32_t> labels = {0, 1, 1, -1}) {
  return {std::move(labels), 2, Split{.train = {0}, .validation = {1, 2}, .test = {}}};
}
}  // namespace

TEST_CASE("node classification: the loss is the cross entropy of the training nodes alone", "[models][tasks]") {
  const double expected = std::log(1 + std::exp(-2.0));
  const Variable loss = task().loss(Variable::constant(scores), Pass::evaluation());
  CHECK(static_cast<double>(loss.value().item()) == Approx(expected));
}

TEST_CASE("node classification: the loss of a part is that of its own nodes", "[models][tasks]") {
  const Variable loss = task().part_loss(Variable::constant(scores), Part::validation, Pass::evaluation());
  const double expected = (std::log(1 + std::exp(-1.0)) + std::log(1 + std::exp(3.0))) / 2;
  CHECK(static_cast<double>(loss.value().item()) == Approx(expected));
}

TEST_CASE("node classification: a part is judged by its own nodes", "[models][tasks]") {
  const Metrics metrics = task().evaluate(scores, Part::validation);
  CHECK(metrics.at("accuracy") == 0.5);
  CHECK(metrics.at("cross_entropy") == Approx((std::log(1 + std::exp(-1.0)) + std::log(1 + std::exp(3.0))) / 2));
  CHECK(task().has(Part::validation));
  CHECK(!task().has(Part::test));
  CHECK(task().out_width() == 2);
}

TEST_CASE("node classification: ROC AUC is a figure of two classes, in parts that hold both", "[models][tasks]") {
  const std::vector<std::int32_t> labels{0, 1, 1, 0};
  const Split split{.train = {0}, .validation = {1, 3}, .test = {1, 2}};
  const NodeClassification two(labels, 2, split);
  CHECK(two.evaluate(scores, Part::validation).at("roc_auc") == 0);  // differences 1 of class 1, 5 of class 0
  CHECK(two.evaluate(scores, Part::test).count("roc_auc") == 0);
  const NodeClassification three(labels, 3, split);
  CHECK(three.evaluate(Tensor({4, 3}), Part::validation).count("roc_auc") == 0);
}

TEST_CASE("node classification: higher accuracy is better, then lower cross entropy", "[models][tasks]") {
  const EpochQuality quality = task().quality({{"accuracy", 0.5}, {"cross_entropy", 0.7}, {"macro_f1", 0.1}});
  CHECK(quality.score == 0.5);
  CHECK(quality.tie_break == -0.7);
}

TEST_CASE("node classification: a node of the split without a class is refused", "[models][tasks]") {
  CHECK_THROWS_AS(task({0, -1, 1, 0}), ShapeError);
  CHECK_THROWS_AS(task({0, 2, 1, 0}), ShapeError);
  CHECK_THROWS_AS(task({0, 1}), ShapeError);
  CHECK_THROWS_AS(NodeClassification({0, 1}, 2, Split{.train = {}, .validation = {0}, .test = {1}}), UsageError);
}
