#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "models/report/plane.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

namespace cairn {

namespace {

using Points = std::vector<std::array<double, 2>>;

constexpr double real_noise = 100 * static_cast<double>(std::numeric_limits<Real>::epsilon());

/// Columns of an orthonormal matrix [D, D] from products of plane rotations.
std::vector<std::vector<double>> some_rotation(std::size_t width, Rng& rng) {
  std::vector<std::vector<double>> columns(width, std::vector<double>(width));
  for (std::size_t i = 0; i < width; ++i) columns[i][i] = 1;
  for (std::size_t p = 0; p < width; ++p) {
    for (std::size_t q = p + 1; q < width; ++q) {
      const double angle = static_cast<double>(rng.uniform(-3, 3));
      for (auto& column : columns) {
        const double at_p = column[p];
        column[p] = std::cos(angle) * at_p - std::sin(angle) * column[q];
        column[q] = std::sin(angle) * at_p + std::cos(angle) * column[q];
      }
    }
  }
  return columns;
}

/// Independent coordinates of deviation 10, 3 and then 1, 1/2, 1/3, ... of the given width, turned and moved.
struct Turned {
  Tensor x;
  std::vector<std::vector<double>> axes;
  std::vector<std::vector<double>> coordinates;  // along the axes, centered and uncorrelated
};

Turned turned_cloud(Index count, std::size_t width, Rng& rng) {
  Turned result;
  result.axes = some_rotation(width, rng);
  // Gram-Schmidt over the coordinates, so that the axes are the principal ones exactly.
  std::vector<std::vector<double>> columns(width, std::vector<double>(static_cast<std::size_t>(count)));
  for (std::size_t k = 0; k < width; ++k) {
    auto& column = columns[k];
    for (double& value : column) value = static_cast<double>(rng.normal());
    double mean = 0;
    for (const double value : column) mean += value / static_cast<double>(count);
    for (double& value : column) value -= mean;
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < k; ++j) {
        double shared = 0;
        double square = 0;
        for (std::size_t n = 0; n < column.size(); ++n) {
          shared += column[n] * columns[j][n];
          square += columns[j][n] * columns[j][n];
        }
        for (std::size_t n = 0; n < column.size(); ++n) column[n] -= shared / square * columns[j][n];
      }
    }
    double square = 0;
    for (const double value : column) square += value * value;
    const double deviation = k == 0 ? 10 : k == 1 ? 3 : 1 / static_cast<double>(k);
    for (double& value : column) value *= deviation * std::sqrt(static_cast<double>(count) / square);
  }
  result.coordinates = columns;
  result.x = Tensor({count, static_cast<Index>(width)});
  for (Index n = 0; n < count; ++n) {
    for (std::size_t d = 0; d < width; ++d) {
      double value = 0.5 * static_cast<double>(d);
      for (std::size_t k = 0; k < width; ++k) value += columns[k][static_cast<std::size_t>(n)] * result.axes[k][d];
      result.x.at(n, static_cast<Index>(d)) = static_cast<Real>(value);
    }
  }
  return result;
}

double largest_component(const std::vector<double>& axis) {
  double largest = 0;
  for (const double value : axis) {
    if (std::abs(value) > std::abs(largest)) largest = value;
  }
  return largest;
}

}  // namespace

TEST_CASE("report: the principal plane undoes a known rotation", "[models][report]") {
  Rng rng(11);
  for (const std::size_t width : {2U, 3U, 8U, 9U, 40U}) {  // more than 8 columns take steps
    const Turned cloud = turned_cloud(300, width, rng);
    const Points points = principal_plane(cloud.x);
    for (std::size_t k = 0; k < 2; ++k) {
      const double sign = largest_component(cloud.axes[k]) > 0 ? 1 : -1;
      double difference = 0;
      for (std::size_t n = 0; n < points.size(); ++n)
        difference = std::max(difference, std::abs(points[n][k] - sign * cloud.coordinates[k][n]));
      CHECK(difference < 30 * real_noise + 1e-6);  // coordinates up to 30; axes settle to 1e-10 over a gap of 0.1
    }
  }
}

TEST_CASE("report: the order of the rows does not change the principal plane", "[models][report]") {
  Rng rng(12);
  const Turned cloud = turned_cloud(101, 12, rng);
  std::vector<NodeId> new_id(101);
  for (std::size_t n = 0; n < new_id.size(); ++n) new_id[n] = static_cast<NodeId>((n * 37 + 5) % 101);
  const Points plain = principal_plane(cloud.x);
  const Points moved = principal_plane(support::move_rows(cloud.x, new_id));
  for (std::size_t n = 0; n < plain.size(); ++n) {
    for (std::size_t k = 0; k < 2; ++k)
      CHECK(std::abs(plain[n][k] - moved[static_cast<std::size_t>(new_id[n])][k]) < 1e-7);
  }
}

TEST_CASE("report: the principal plane of points on a plane keeps their distances", "[models][report]") {
  const Tensor x({4, 3}, {0, 0, 7, 3, 0, 7, 3, 4, 7, 10, 4, 7});
  const Points points = principal_plane(x);
  const auto distance = [&](std::size_t a, std::size_t b) {
    return std::hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]);
  };
  CHECK(distance(0, 1) == Approx(3));
  CHECK(distance(1, 2) == Approx(4));
  CHECK(distance(0, 2) == Approx(5));
  CHECK(distance(2, 3) == Approx(7));
}

TEST_CASE("report: one column has a second coordinate of zero, and one direction a zero one", "[models][report]") {
  const Points line = principal_plane(Tensor({3, 1}, {1, 5, 3}));
  CHECK(line[0][0] == Approx(-2));
  CHECK(line[1][0] == Approx(2));
  CHECK(std::abs(line[2][0]) < 1e-12);
  for (const auto& point : line) CHECK(point[1] == 0);
  const Points diagonal = principal_plane(Tensor({3, 4}, {1, -1, 1, -1, 2, -2, 2, -2, 3, -3, 3, -3}));
  CHECK(diagonal[0][0] == Approx(-2));  // the first of the equal components decides the sign
  CHECK(diagonal[2][0] == Approx(2));
  for (const auto& point : diagonal) CHECK(std::abs(point[1]) < 1e-6);
}

TEST_CASE("report: constant rows, no rows and huge values have a principal plane", "[models][report]") {
  for (const auto& point : principal_plane(Tensor({5, 3}, 2))) CHECK(point == std::array<double, 2>{0, 0});
  CHECK(principal_plane(Tensor({0, 3})).empty());
  const Real huge = std::numeric_limits<Real>::max() / 4;
  const Points points = principal_plane(Tensor({2, 2}, {huge, 0, -huge, 0}));
  CHECK(points[0][0] == Approx(static_cast<double>(huge)));
}

TEST_CASE("report: a row that is not finite becomes NaN and moves no other row", "[models][report]") {
  Rng rng(13);
  const Tensor good = support::random_tensor({20, 3}, rng);
  Tensor bad({22, 3});
  for (Index n = 0; n < 20; ++n) {
    for (Index d = 0; d < 3; ++d) bad.at(n + (n >= 10 ? 1 : 0), d) = good.at(n, d);
  }
  bad.at(10, 1) = std::numeric_limits<Real>::quiet_NaN();
  bad.at(21, 2) = std::numeric_limits<Real>::infinity();
  const Points expected = principal_plane(good);
  const Points points = principal_plane(bad);
  CHECK(std::isnan(points[10][0]));
  CHECK(std::isnan(points[21][1]));
  for (std::size_t n = 0; n < 20; ++n) CHECK(points[n + (n >= 10 ? 1 : 0)] == expected[n]);
}

TEST_CASE("report: axes are of length one and at right angles, even where no direction stands out",
          "[models][report]") {
  Rng rng(15);
  const Tensor x = support::random_tensor({40000, 64}, rng);  // variances so even that the steps run out
  const Points points = principal_plane(x);
  std::array<double, 2> squares{};
  double shared = 0;
  for (const auto& point : points) {
    for (std::size_t k = 0; k < 2; ++k) squares[k] += point[k] * point[k] / 40000;
    shared += point[0] * point[1] / 40000;
  }
  // The greatest of 64 variances of 1 in 40,000 samples is near (1 + sqrt(64 / 40000))^2 = 1.08.
  for (const double square : squares) CHECK((square > 1.05 && square < 1.1));
  CHECK(squares[0] >= squares[1]);
  CHECK(std::abs(shared) < 1e-6);  // uncorrelated, as coordinates on two eigenvectors are
}

TEST_CASE("report: the principal plane has the same bits for any number of threads", "[models][report]") {
  Rng rng(14);
  const Tensor x = support::random_tensor({3000, 70}, rng);
  std::vector<Points> results;
  for (const int count : {1, 2, 3}) {
    const support::Threads threads(count);
    results.push_back(principal_plane(x));
  }
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

TEST_CASE("report: a principal plane needs two extents and a column", "[models][report]") {
  CHECK_THROWS_AS(principal_plane(Tensor()), ShapeError);
  CHECK_THROWS_AS(principal_plane(Tensor({4})), ShapeError);
  CHECK_THROWS_AS(principal_plane(Tensor({4, 0})), ShapeError);
  CHECK_THROWS_WITH(principal_plane(Tensor({2, 2, 2})),
                    "principal_plane: expected [N, D] with D >= 1, found [2, 2, 2]");
}

}  // namespace cairn
