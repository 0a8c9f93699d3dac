#include "models/tasks/distance_regression.h"

#include <cmath>
#include <limits>

#include "core/error.h"
#include "graph/generate.h"
#include "optim/adam.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

DistancePairs known(std::vector<NodePair> pairs, std::vector<Real> distances) {
  return {std::move(pairs), std::move(distances)};
}

/// 5 nodes; training distances 1, 2 and 3 with mean 2.
DistanceRegression small_task(Index width = 1) {
  return {
      5, known({{0, 1}, {1, 3}, {0, 3}}, {1, 2, 3}), known({{0, 2}, {2, 4}, {3, 4}, {1, 2}}, {2, 1, 4, 1}), {}, width};
}

void set_parameters(const DistanceRegression& task, Real gamma, Real delta) {
  const auto parameters = parameters_of(task);
  parameters[0].value.mutable_value().fill(gamma);
  parameters[1].value.mutable_value().fill(delta);
}

double loss_of(const DistanceRegression& task, const Tensor& rows) {
  return static_cast<double>(task.loss(Variable::constant(rows), Pass::evaluation()).value().item());
}

}  // namespace

TEST_CASE("distance regression: the loss is the squared error in units of the mean training distance",
          "[models][tasks]") {
  const DistanceRegression task = small_task(2);
  set_parameters(task, 2, Real(0.5));
  const Tensor rows({5, 2}, {0, 0, 1, 0, 0, 0, 0, -1, 0, 0});
  // |z_0 - z_1| = 1, |z_1 - z_3| = 2, |z_0 - z_3| = 1: predictions 2.5, 4.5 and 2.5 for 1, 2 and 3.
  CHECK(loss_of(task, rows) == Approx((0.75 * 0.75 + 1.25 * 1.25 + 0.25 * 0.25) / 3));
}

TEST_CASE("distance regression: at first rows 1 apart in each column predict the mean distance", "[models][tasks]") {
  const DistanceRegression task = small_task(4);
  Tensor rows({5, 4});
  for (Real& value : rows.row(1)) value = 1;
  for (Real& value : rows.row(3)) value = 1;
  // Predictions 2, 0 and 2 for 1, 2 and 3.
  CHECK(loss_of(task, rows) == Approx((0.25 + 1 + 0.25) / 3));
}

TEST_CASE("distance regression: figures of a part by hand", "[models][tasks]") {
  const DistanceRegression task = small_task();
  set_parameters(task, 1, 0);
  const Tensor rows({5, 1}, {0, 2, 1, 0, 3});
  // Predictions for 2, 1, 4, 1: 1, 2, 3, 1.
  const Metrics metrics = task.evaluate(rows, Part::validation);
  CHECK(metrics.at("mean_absolute_error") == Approx(3.0 / 4));
  CHECK(metrics.at("relative_error") == Approx((0.5 + 1 + 0.25) / 4));
  CHECK(metrics.at("r2") == Approx(1 - 3.0 / 6));  // deviations 0, -1, 2 and -1 from the mean 2
  // Ranks 3, 1.5, 4, 1.5 and 1.5, 3, 4, 1.5: covariance 2.25, variances 4.5.
  CHECK(metrics.at("rank_correlation") == Approx(2.25 / 4.5));
  const EpochQuality quality = task.quality(metrics);
  CHECK(quality.score == -metrics.at("relative_error"));
  CHECK(quality.tie_break == -metrics.at("mean_absolute_error"));
  CHECK(!task.has(Part::test));
  CHECK(task.evaluate(rows, Part::test).at("r2") == 0);
}

TEST_CASE("distance regression: gamma and delta receive the gradient of the loss, and no decay", "[models][tasks]") {
  const DistanceRegression task = small_task(3);
  Rng rng(1);
  const Tensor rows = support::random_tensor({5, 3}, rng);
  backward(task.loss(Variable::constant(rows), Pass::evaluation()));
  const auto parameters = parameters_of(task);
  REQUIRE(parameters.size() == 2);
  for (const NamedParameter& parameter : parameters) {
    CHECK(parameter.kind == ParameterKind::bias);
    const Real step = sizeof(Real) == 8 ? Real(1e-5) : Real(1e-2);
    Real& value = parameter.value.mutable_value().data()[0];
    const Real before = value;
    value = before + step;
    const double above = loss_of(task, rows);
    value = before - step;
    const double below = loss_of(task, rows);
    value = before;
    CHECK(static_cast<double>(parameter.value.grad().item()) ==
          Approx((above - below) / (2 * static_cast<double>(step))).epsilon(1e-3));
  }
}

TEST_CASE("distance regression: free rows learn a grid, whose distances L1 can hold, and find distances never seen",
          "[models][tasks]") {
  Rng rng(2);
  const Graph grid = grid_graph(7, 7);
  const DistanceSplit split = split_distance_pairs(sample_distance_pairs(grid, {}, 1000, rng), {}, rng);
  const DistanceRegression task(49, split.train, split.validation, split.test, 8);
  const Variable rows = Variable::parameter(support::random_tensor({49, 8}, rng));
  std::vector<NamedParameter> parameters = parameters_of(task);
  parameters.push_back({.name = "rows", .value = rows});
  Adam adam({});
  constexpr Index steps = 500;
  for (Index step = 0; step < steps; ++step) {
    backward(task.loss(rows, Pass::training(1, step)));
    adam.step(parameters, Real(0.03) * static_cast<Real>(steps - step) / steps);
    clear_gradients(parameters);
  }
  const Metrics metrics = task.evaluate(rows.value(), Part::test);
  CHECK(metrics.at("relative_error") < 0.25);
  CHECK(metrics.at("rank_correlation") > 0.95);
  CHECK(metrics.at("r2") > 0.9);
}

TEST_CASE("distance regression: pairs, distances and widths that do not fit are refused", "[models][tasks]") {
  const auto make = [](DistancePairs train, DistancePairs test = {}, Index width = 2) {
    const DistanceRegression task(3, std::move(train), {}, std::move(test), width);
  };
  constexpr Real infinite = std::numeric_limits<Real>::infinity();
  CHECK_NOTHROW(make(known({{0, 1}}, {1}), known({{0, 2}}, {2})));
  CHECK_THROWS_AS(make({}), UsageError);
  CHECK_THROWS_AS(make(known({{0, 1}}, {1}), {}, 0), UsageError);
  CHECK_THROWS_AS(make(known({{0, 1}}, {0})), UsageError);
  CHECK_THROWS_AS(make(known({{0, 1}}, {infinite})), UsageError);
  CHECK_THROWS_WITH(make(known({{0, 1}}, {1}), known({{0, 2}}, {-1})), Catch::Contains("test pair (0, 2)"));
  CHECK_THROWS_AS(make(known({{0, 1}}, {1, 2})), ShapeError);
  CHECK_THROWS_AS(make(known({{0, 3}}, {1})), ShapeError);
  const DistanceRegression task(3, known({{0, 1}}, {1}), {}, {}, 2);
  Tensor rows({3, 2});
  rows.at(0, 0) = std::numeric_limits<Real>::quiet_NaN();
  CHECK_THROWS_AS(task.evaluate(rows, Part::train), NumericError);
}
