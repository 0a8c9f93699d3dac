#include "kernels/elementwise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

Tensor elu_of(const Tensor& x) {
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::elu(x, y);
  return y;
}

/// Every scale below 0 from the least number to beyond where exp() is nothing, and some above.
Tensor all_scales() {
  std::vector<Real> values{0, Real(-0.0), Real(0.3), 7, Real(1e30)};
  for (double x = 1e-37; x < 130; x *= 1.07) values.push_back(static_cast<Real>(-x));
  Tensor x(Shape{static_cast<Index>(values.size())});
  std::copy(values.begin(), values.end(), x.values().begin());
  return x;
}

}  // namespace

TEST_CASE("elu: agrees with expm1 in double to 3 units in the last place, at every scale", "[kernels][elementwise]") {
  const Tensor x = all_scales();
  at_every_vector_level([&] {
    const Tensor y = elu_of(x);
    for (Index i = 0; i < x.size(); ++i) {
      const Real v = x.data()[i];
      const double exact = v > 0 ? static_cast<double>(v) : std::expm1(static_cast<double>(v));
      INFO("x = " << v);
      CHECK(std::abs(static_cast<double>(y.data()[i]) - exact) <=
            3 * static_cast<double>(std::numeric_limits<Real>::epsilon()) * std::abs(exact));
    }
  });
}

TEST_CASE("elu: infinities and NaN come out as expm1 would have them", "[kernels][elementwise]") {
  constexpr Real infinity = std::numeric_limits<Real>::infinity();
  Tensor x(Shape{3});
  x.data()[0] = -infinity;
  x.data()[1] = infinity;
  x.data()[2] = std::numeric_limits<Real>::quiet_NaN();
  at_every_vector_level([&] {
    const Tensor y = elu_of(x);
    CHECK(y.data()[0] == -1);
    CHECK(y.data()[1] == infinity);
    CHECK(std::isnan(y.data()[2]));
  });
}

TEST_CASE("elu: a value gives the same bits wherever it stands, in place too", "[kernels][elementwise]") {
  const Tensor x = all_scales();
  at_every_vector_level([&] {
    const Tensor y = elu_of(x);
    for (Index from = 0; from < 40; ++from) {
      Tensor part(Shape{x.size() - from});
      std::copy(x.values().begin() + from, x.values().end(), part.values().begin());
      kernels::elu(part, part);
      for (Index i = 0; i < part.size(); ++i) REQUIRE(part.data()[i] == y.data()[from + i]);
    }
  });
}

TEST_CASE("relu: NaN stays NaN, in place too", "[kernels][elementwise]") {
  Tensor x({5}, {-1, 0, 2, std::numeric_limits<Real>::quiet_NaN(), -std::numeric_limits<Real>::infinity()});
  kernels::relu(x, x);
  CHECK((x.data()[0] == 0 && x.data()[1] == 0 && x.data()[2] == 2 && x.data()[4] == 0));
  CHECK(std::isnan(x.data()[3]));
}

TEST_CASE("rectify_back: upstream is 0 where the result is, and the rest is summed by columns",
          "[kernels][elementwise]") {
  Rng rng(4);
  Tensor y = random_tensor({2500, 7}, rng);  // more rows than a partial sum has
  kernels::relu(y, y);
  const Tensor before = random_tensor({2500, 7}, rng);
  Tensor upstream = before.clone();
  Tensor row({7}, 1);
  kernels::rectify_back(y, upstream, row);
  Tensor expected = before.clone();
  for (Index i = 0; i < y.size(); ++i) expected.data()[i] = y.data()[i] > 0 ? expected.data()[i] : Real(0);
  CHECK(same_bits(upstream, expected));
  Tensor sums({7}, 1);
  kernels::add_column_sums(expected, sums);
  CHECK(same_bits(row, sums));
}
