#include "position/diagnostics.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "position/distance_preservation.h"
#include "position/stable_rank.h"
#include "support/axis_coordinates.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using support::on_axes;
using support::with_unknown;

namespace {

/// From all singular values.
double dense_stable_rank(const Tensor& matrix) {
  Eigen::MatrixXd a(matrix.rows(), matrix.columns());
  for (Index i = 0; i < matrix.rows(); ++i) {
    for (Index j = 0; j < matrix.columns(); ++j) a(i, j) = static_cast<double>(matrix.at(i, j));
  }
  const Eigen::VectorXd values = Eigen::BDCSVD<Eigen::MatrixXd>(a).singularValues();
  return values.squaredNorm() / (values[0] * values[0]);
}

struct Pairs {
  std::vector<NodeId> from;
  std::vector<NodeId> to;
  std::vector<Real> distances;

  operator MeasuredPairs() const { return {from, to, distances}; }
};

}  // namespace

TEST_CASE("stable rank: agrees with all singular values, wide or tall, with gaps or without",
          "[position][diagnostics]") {
  Rng rng(11);
  for (const Shape& shape : {Shape{40, 7}, Shape{7, 40}, Shape{120, 100}, Shape{1, 5}, Shape{5, 1}, Shape{400, 90}}) {
    INFO(to_string(shape));
    Tensor matrix = support::random_tensor(shape, rng);
    CHECK(stable_rank(matrix) == Approx(dense_stable_rank(matrix)).epsilon(1e-8));
    for (Index i = 0; i < matrix.rows(); ++i) {  // a strong common direction, then rows that differ in size by 1e4
      for (Real& value : matrix.row(i)) value = value + 2;
    }
    CHECK(stable_rank(matrix) == Approx(dense_stable_rank(matrix)).epsilon(1e-8));
    for (Index i = 0; i < matrix.rows(); ++i) {
      for (Real& value : matrix.row(i))
        value *= static_cast<Real>(std::pow(10.0, -4.0 * static_cast<double>(i % 5) / 4));
    }
    CHECK(stable_rank(matrix) == Approx(dense_stable_rank(matrix)).epsilon(1e-8));
  }
}

TEST_CASE("stable rank: known answers", "[position][diagnostics]") {
  Tensor identity({9, 9});
  for (Index i = 0; i < 9; ++i) identity.at(i, i) = 3;
  CHECK(stable_rank(identity) == Approx(9));
  CHECK(stable_rank(Tensor({50, 4}, Real(0.5))) == Approx(1));
  CHECK(stable_rank(Tensor({2, 2}, {2, 0, 0, 1})) == Approx(1.25));
  CHECK(stable_rank(Tensor({3, 2})) == 0);
  CHECK(stable_rank(Tensor({0, 5})) == 0);
  CHECK_THROWS_AS(stable_rank(Tensor({1, 2}, {1, std::numeric_limits<Real>::quiet_NaN()})), NumericError);
}

TEST_CASE("stable rank: the same bits for any number of threads", "[position][diagnostics]") {
  Rng rng(12);
  for (const Shape& shape : {Shape{3000, 60}, Shape{60, 3000}}) {
    const Tensor matrix = support::random_tensor(shape, rng);
    double one = 0;
    {
      const support::Threads threads(1);
      one = stable_rank(matrix);
    }
    const support::Threads threads(4);
    CHECK(stable_rank(matrix) == one);
  }
}

TEST_CASE("distortion: none for a scaled copy of the distances, by hand for others", "[position][diagnostics]") {
  const Tensor line({4, 2}, {0, 0, 3, 4, 6, 8, 12, 16});  // at 0, 5, 10, 20
  const Pairs exact{{0, 0, 1, 2}, {1, 2, 3, 3}, {1, 2, 3, 2}};
  CHECK(distortion(line, exact).mean == Approx(0).margin(1e-6));
  CHECK(distortion(line, exact).worst == Approx(1));
  const std::vector<Real> distances = embedding_distances(line, exact);
  CHECK(std::vector<double>(distances.begin(), distances.end()) == std::vector<double>{5, 10, 15, 10});

  const Pairs bent{{0, 1}, {1, 3}, {1, 1}};  // ratios 5 and 15: their mean is 10
  CHECK(distortion(line, bent).mean == Approx(0.5));
  CHECK(distortion(line, bent).worst == Approx(3));

  const Tensor same({3, 1}, {1, 1, 2});
  CHECK(distortion(same, Pairs{{0, 0}, {1, 2}, {1, 1}}).worst == std::numeric_limits<double>::infinity());
  CHECK(distortion(same, Pairs{{0}, {1}, {1}}).mean == 1);
  CHECK(distortion(same, Pairs{}).worst == 1);
}

TEST_CASE("kernel curve: mean cosines by distance, and where they fall below a tenth", "[position][diagnostics]") {
  const Tensor rows({5, 2}, {1, 0, 2, 0, 0, 3, -1, 0, 0, 0});
  const Pairs pairs{{0, 0, 1, 0, 0}, {1, 2, 2, 3, 4}, {1, 2, Real(1.75), 3, 4}};
  const KernelCurve curve = kernel_curve(rows, pairs);
  CHECK(curve.distances == std::vector<double>{0, 1, 1.875, 3, 4});
  CHECK(curve.kernel == std::vector<double>{1, 1, 0, -1, 0});
  CHECK(curve.pairs == std::vector<Index>{0, 1, 2, 1, 1});
  CHECK(reach(curve) == Approx(1 + 0.9 * 0.875));
  CHECK(reach(curve, 0.5) == Approx(1 + 0.5 * 0.875));
  CHECK(reach(curve, -2) == 4);
  CHECK_THROWS_AS(kernel_curve(rows, pairs, 0), UsageError);
  CHECK_THROWS_AS(reach({}), ShapeError);
}

TEST_CASE("distance preservation: pairs that do not fit the rows are refused", "[position][diagnostics]") {
  const Tensor rows({2, 1}, {1, 2});
  CHECK_THROWS_AS(distortion(rows, Pairs{{0}, {2}, {1}}), ShapeError);
  CHECK_THROWS_AS(distortion(rows, Pairs{{-1}, {1}, {1}}), ShapeError);
  CHECK_THROWS_AS(distortion(rows, Pairs{{0}, {1}, {}}), ShapeError);
  CHECK_THROWS_AS(distortion(rows, Pairs{{0}, {1}, {0}}), NumericError);
  CHECK_THROWS_AS(embedding_distances(rows, Pairs{{0}, {1}, {std::numeric_limits<Real>::infinity()}}), NumericError);
}

TEST_CASE("collisions: nodes with the row of another one of their graph", "[position][diagnostics]") {
  const Tensor rows({6, 2}, {0, 1, 2, 3, Real(-0.0), 1, 2, 3, 0, 1, 5, 5});
  CHECK(collisions(rows) == 5);
  CHECK(collisions(rows, std::vector<std::int32_t>{0, 0, 0, 1, 1, 1}) == 2);
  CHECK(collisions(Tensor({3, 1}, {1, 2, 3})) == 0);
  CHECK(collisions(Tensor({3, 1})) == 3);
  CHECK(collisions(Tensor({0, 4})) == 0);
  CHECK_THROWS_AS(collisions(rows, std::vector<std::int32_t>{0}), ShapeError);
  CHECK_THROWS_AS(collisions(Tensor({1, 1}, {std::numeric_limits<Real>::quiet_NaN()})), NumericError);
}

TEST_CASE("anchor coverage: counts what is reached, and how near the nearest anchor is", "[position][diagnostics]") {
  const AnchorCoverage coverage =
      anchor_coverage(with_unknown(on_axes({{0, 4, 2, 0}, {5, 1, 0, 0}}), {{2, 1}, {3, 0}, {3, 1}}));
  CHECK(coverage.nodes == Approx(0.75));
  CHECK(coverage.pairs == Approx(5.0 / 8));
  CHECK(coverage.mean_nearest == Approx(1));
  CHECK(coverage.worst_nearest == Approx(2));
  CHECK(anchor_coverage(Coordinates{Tensor({0, 3}), {}, {}}).nodes == 0);
}

TEST_CASE("suggested width: the stable rank law turned round, between one hop and four", "[position][diagnostics]") {
  const Coordinates axis = on_axes({{0, 10, 20}});
  const double law = 20 / (2 * std::sqrt(std::numbers::pi));
  CHECK(suggested_width(axis, 4) == Approx(law / 4));
  CHECK(suggested_width(axis, 1) == 4);
  CHECK(suggested_width(axis, 100) == 1);
  CHECK(suggested_width(axis, 100, 0) == Approx(law / 100));
  CHECK(suggested_width(on_axes({{0, 1, 2}}), 30, 0.01) == Approx(law / 300));
  CHECK(suggested_width(on_axes({{0, 20}, {5, 5}, {1, 11}}), 4) == Approx(law / 4 * 0.75));
  CHECK(suggested_width(on_axes({{3, 3}})) == 1);
  CHECK_THROWS_AS(suggested_width(axis, -1), UsageError);
  CHECK_THROWS_AS(suggested_width(axis, 0, 0), UsageError);
}
