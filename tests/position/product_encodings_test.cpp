// The product of axes: landmarks, grids, and grids that points are put on.

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "kernels/dense.h"
#include "position/encodings.h"
#include "position/landmarks.h"
#include "position/product_grid.h"
#include "position/virtual_grid.h"
#include "support/axis_coordinates.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;
using support::on_axes;
using support::with_unknown;

namespace {

Coordinates scattered(Index nodes, Index axes, double length, std::uint64_t seed = 3) {
  Rng rng(seed);
  std::vector<std::vector<double>> values(static_cast<std::size_t>(axes));
  for (auto& axis : values) {
    for (Index i = 0; i < nodes; ++i) axis.push_back(length * static_cast<double>(rng.uniform()));
  }
  return on_axes(values);
}

double dot(const Tensor& rows, Index a, Index b) {
  double sum = 0;
  for (Index j = 0; j < rows.columns(); ++j)
    sum += static_cast<double>(rows.at(a, j)) * static_cast<double>(rows.at(b, j));
  return sum;
}

EncodingOptions product_of(std::string_view name, double width) {
  EncodingOptions options;
  options.name = name;
  options.mode = EncodingMode::product;
  options.width = width;
  return options;
}

}  // namespace

TEST_CASE("product encoding: where every node is a landmark, rows multiply to the product of the axes' kernels",
          "[position][encodings]") {
  const Coordinates data = scattered(40, 3, 10);
  const auto u = [&](Index a, Index b, Index axis) {
    return static_cast<double>(data.values.at(a, axis)) - static_cast<double>(data.values.at(b, axis));
  };
  const Tensor gaussian = make_encoding(product_of("gaussian", 1.2), data)->encode(data);
  const Tensor triangle = make_encoding(product_of("triangle", 3), data)->encode(data);
  // Directions under 1e-10 are cut, and float keeps 6e-8 of each of 40 terms.
  const double tolerance = sizeof(Real) == sizeof(double) ? 1e-8 : 1e-5;
  for (Index a = 0; a < 40; ++a) {
    for (Index b = 0; b < 40; ++b) {
      double squares = 0;
      double splines = 1;
      for (const Index axis : {0, 1, 2}) {
        squares += u(a, b, axis) * u(a, b, axis);
        const double r = std::abs(u(a, b, axis)) / 3;
        splines *= r < 1 ? 1 - 1.5 * r * r + 0.75 * r * r * r : r < 2 ? std::pow(2 - r, 3) / 4 : 0;
      }
      REQUIRE(std::abs(dot(gaussian, a, b) - std::exp(-squares / (4 * 1.44))) < tolerance);
      REQUIRE(std::abs(dot(triangle, a, b) - splines) < tolerance);
    }
  }
}

TEST_CASE("product encoding: an axis unknown to both is no difference, one unknown to one of them all of it",
          "[position][encodings]") {
  const Coordinates data =
      with_unknown(on_axes({{1, 2, 1, 2, 0, 4}, {3, 3, 0, 0, 0, 4}}), {{2, 1}, {3, 1}, {4, 0}, {4, 1}});
  for (const std::string_view name : {"gaussian", "triangle", "rff"}) {
    INFO(name);
    EncodingOptions options = product_of(name, 2);
    options.count = name == "rff" ? 40000 : 0;
    const double tolerance = name == "rff" ? 0.02 : 1e-5;
    const Tensor rows = make_encoding(options, data)->encode(data);
    CHECK(dot(rows, 2, 3) == Approx(dot(rows, 0, 1)).margin(tolerance));
    CHECK(dot(rows, 2, 3) > 0.5);
    CHECK(dot(rows, 0, 2) == Approx(0).margin(tolerance));
    for (const Index node : {0, 1, 2, 3, 4, 5}) CHECK(dot(rows, node, 4) == 0);
  }
}

TEST_CASE("product encoding: landmarks are few, and a node far from all of them is near zeros",
          "[position][encodings]") {
  const Coordinates data = scattered(200, 2, 10);
  EncodingOptions options = product_of("gaussian", 2);
  options.landmarks = 25;
  const auto encoding = make_encoding(options, data);
  CHECK(encoding->width() == 25);
  const Tensor rows = encoding->encode(data);
  // 25 landmarks 2 apart describe bumps of deviation 2 nearly.
  for (Index node = 0; node < 200; ++node) CHECK(dot(rows, node, node) > 0.95);
  CHECK(dot(encoding->encode(on_axes({{60}, {60}})), 0, 0) < 1e-6);
}

TEST_CASE("landmarks: each is the farthest from those before it, by brute force", "[position][encodings]") {
  const Coordinates data = with_unknown(scattered(50, 2, 10), {{4, 0}, {5, 0}, {5, 1}});
  const std::vector<AxisGrid> grids{{0, 1, 10, false}, {0, 1, 10, true}};
  Rng rng(2);
  const std::vector<Index> chosen = farthest_first(data, grids, 12, rng);
  REQUIRE(chosen.size() == 12);
  const auto distance = [&](Index a, Index b) {
    double sum = 0;
    for (const Index axis : {0, 1}) {
      if (data.is_valid(a, axis) != data.is_valid(b, axis)) {
        sum += 100;
      } else if (data.is_valid(a, axis)) {
        double u =
            std::abs(static_cast<double>(data.values.at(a, axis)) - static_cast<double>(data.values.at(b, axis)));
        if (axis == 1) u = std::min(u, 10 - u);
        sum += u * u;
      }
    }
    return sum;
  };
  for (std::size_t k = 1; k < chosen.size(); ++k) {
    const auto nearest = [&](Index node) {
      double least = 1e9;
      for (std::size_t i = 0; i < k; ++i) least = std::min(least, distance(node, chosen[i]));
      return least;
    };
    for (Index node = 0; node < 50; ++node) {
      if (node != 5) CHECK(nearest(node) <= nearest(chosen[k]) + 1e-9);
    }
  }
  CHECK(std::find(chosen.begin(), chosen.end(), 5) == chosen.end());
}

TEST_CASE("landmarks: there are no more than different positions", "[position][encodings]") {
  const Coordinates data = on_axes({{1, 1, 2, 2, 3, 1}, {0, 0, 0, 0, 0, 0}});
  Rng rng(1);
  CHECK(farthest_first(data, {AxisGrid{}, AxisGrid{}}, 10, rng).size() == 3);
  CHECK(make_encoding(product_of("gaussian", 1), data)->width() == 3);
}

TEST_CASE("product grid: values are those of the Kronecker product, and the transpose is its transpose",
          "[position][encodings]") {
  Rng rng(4);
  const std::vector<Tensor> factors{support::random_tensor({4, 3}, rng), support::random_tensor({2, 5}, rng),
                                    support::random_tensor({3, 2}, rng)};
  for (std::size_t axes = 1; axes <= 3; ++axes) {
    INFO(axes << " axes");
    const ProductGridReadout readout(std::vector<Tensor>(factors.begin(), factors.begin() + static_cast<Index>(axes)));
    Eigen::MatrixXd product = Eigen::MatrixXd::Ones(1, 1);
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const Tensor& factor = factors[axis];
      Eigen::MatrixXd longer(product.rows() * factor.rows(), product.cols() * factor.columns());
      for (Index i = 0; i < product.rows(); ++i) {
        for (Index j = 0; j < product.cols(); ++j) {
          for (Index k = 0; k < factor.rows(); ++k) {
            for (Index l = 0; l < factor.columns(); ++l) {
              longer(i * factor.rows() + k, j * factor.columns() + l) =
                  product(i, j) * static_cast<double>(factor.at(k, l));
            }
          }
        }
      }
      product = longer;
    }
    const auto compare = [](const Tensor& found, const Eigen::MatrixXd& matrix, const Tensor& x) {
      for (Index i = 0; i < matrix.rows(); ++i) {
        double sum = 0;
        for (Index j = 0; j < matrix.cols(); ++j) sum += matrix(i, j) * static_cast<double>(x.data()[j]);
        CHECK(static_cast<double>(found.data()[i]) ==
              Approx(sum).margin(1e-4));  // 30-term float sums of values below 30
      }
    };
    const Tensor weights = support::random_tensor(readout.weight_shape(), rng);
    const Tensor values = support::random_tensor(readout.value_shape(), rng);
    CHECK(readout.apply(weights).shape() == readout.value_shape());
    CHECK(readout.apply_transposed(values).shape() == readout.weight_shape());
    compare(readout.apply(weights), product, weights);
    compare(readout.apply_transposed(values), product.transpose(), values);
  }
}

TEST_CASE("product grid: shapes that do not fit are refused", "[position][encodings]") {
  const Tensor factor({3, 2});
  CHECK_THROWS_AS(ProductGridReadout({}), ShapeError);
  CHECK_THROWS_AS(ProductGridReadout({factor, factor, factor, factor}), ShapeError);
  CHECK_THROWS_AS(ProductGridReadout({Tensor({6})}), ShapeError);
  const ProductGridReadout readout({factor, factor});
  CHECK_THROWS_AS(readout.apply(Tensor({4})), ShapeError);
  CHECK_THROWS_AS(readout.apply(Tensor({2, 3})), ShapeError);
  CHECK_THROWS_AS(readout.apply_transposed(Tensor({2, 2})), ShapeError);
}

TEST_CASE("virtual grid: points of the grid take their own value, and others nearly that of the product encoding",
          "[position][encodings]") {
  // A readout on a grid of places a half width apart; what it says between them is compared with the same readout of
  // the product encoding there.
  const AxisGrid grid{-8, 0.5, 57, false};
  const AxisKernel kernel{BasisShape::gaussian, 1, grid, {}};
  Coordinates places{Tensor({57, 1}), {}, {}};
  for (Index j = 0; j < 57; ++j) places.values.at(j, 0) = static_cast<Real>(grid.place(j));
  EncodingOptions options;
  options.width = 1;
  options.ranges = {{-12, 24}};
  options.count = 36;
  const auto axis_encoding = make_encoding(options, places);
  const Tensor factor = axis_encoding->encode(places);
  const ProductGridReadout readout({factor, factor});
  Rng rng(6);
  const Tensor weights = support::random_tensor(readout.weight_shape(), rng);
  const Tensor on_grid = readout.apply(weights).reshaped({57 * 57, 1});

  const Coordinates points = on_axes({{-8, 0, 3.5, 20, 1.25, 7.3}, {-8, 2, 20, -0.5, 4.75, 11.1}});
  const Tensor values = kernels::matmul(virtual_grid_weights(points, {kernel, kernel}), on_grid);
  const auto at = [&](double x, double y) {
    const Tensor row_x = axis_encoding->encode(on_axes({{x}}));
    const Tensor row_y = axis_encoding->encode(on_axes({{y}}));
    return static_cast<double>(ProductGridReadout({row_x, row_y}).apply(weights).data()[0]);
  };
  for (Index i = 0; i < 6; ++i) {
    const double exact = at(static_cast<double>(points.values.at(i, 0)), static_cast<double>(points.values.at(i, 1)));
    // Between places half a width apart, two neighbors say 98 % of it.
    CHECK(static_cast<double>(values.at(i, 0)) == Approx(exact).margin(i < 4 ? 2e-5 : 0.08));
  }
}

TEST_CASE("virtual grid: weights sum to 1 on closed axes and where kernels do not reach", "[position][encodings]") {
  const Coordinates points = on_axes({{0.1, 3.95, -0.05, 2.5}});
  for (const double width : {0.01, 0.5, 1e5}) {
    const AxisKernel kernel{BasisShape::gaussian, width, AxisGrid{0, 1, 4, true}, {}};
    const Tensor weights = virtual_grid_weights(points, {kernel}).to_dense();
    for (Index i = 0; i < 4; ++i) {
      CHECK(weights.at(i, 0) + weights.at(i, 1) + weights.at(i, 2) + weights.at(i, 3) == Approx(1));
    }
    CHECK(weights.at(1, 0) > Real(0.5));  // 3.95 is next to 4, which is 0
    CHECK(weights.at(1, 3) < Real(0.5));
    CHECK(weights.at(1, 0) == Approx(weights.at(2, 0)).margin(1e-4));
    CHECK(weights.at(3, 2) == Approx(weights.at(3, 3)).margin(1e-4));
  }
}

TEST_CASE("virtual grid: unknown places are zeros, and places outside are refused", "[position][encodings]") {
  const AxisKernel kernel{BasisShape::gaussian, 1, AxisGrid{0, 1, 4, false}, {}};
  const auto weights = virtual_grid_weights(with_unknown(on_axes({{1, 2}, {0, 3}}), {{1, 0}}), {kernel, kernel});
  CHECK(weights.pattern().offsets()[2] == weights.pattern().offsets()[1]);
  CHECK_THROWS_WITH(virtual_grid_weights(on_axes({{1, 3.5}}), {kernel}), Catch::Contains("node 1 stands at 3.5"));
  CHECK_THROWS_AS(virtual_grid_weights(on_axes({{-1}}), {kernel}), UsageError);
  CHECK_THROWS_AS(virtual_grid_weights(on_axes({{1}}), {kernel, kernel}), ShapeError);
  CHECK_THROWS_AS(virtual_grid_weights(on_axes({{1}, {1}, {1}, {1}}), {kernel, kernel, kernel, kernel}), ShapeError);
  const AxisKernel fine{BasisShape::gaussian, 1, AxisGrid{0, 1, 60000, false}, {}};
  CHECK_THROWS_AS(virtual_grid_weights(on_axes({{1}, {1}}), {fine, fine}), UsageError);
  const AxisKernel single{BasisShape::gaussian, 1, AxisGrid{2, 1, 1, false}, {}};
  CHECK(virtual_grid_weights(on_axes({{2}}), {single}).to_dense().item() == 1);
}
