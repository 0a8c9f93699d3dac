#include "kernels/feature_maps.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "kernels/kernelized_attention.h"
#include "kernels/uniform_operator.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"
#include "support/tensors.h"

namespace cairn::kernels {
namespace {

using support::off_zero;

constexpr bool sharp = sizeof(Real) == sizeof(double);

double dot(std::span<const Real> a, std::span<const Real> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

TEST_CASE("features: inner products of queries and keys are near exp(x y), up to a factor a query",
          "[kernels][kernelized]") {
  // 4096 draws: the deviation of an estimate is below exp(|x + y|^2 / 2) exp(x y) / 64, some 5 % for rows of length 1.
  Rng rng(4);
  for (const FeatureMap map : {FeatureMap::positive, FeatureMap::trigonometric, FeatureMap::sphere}) {
    for (const bool orthogonal : {false, true}) {
      if (map == FeatureMap::sphere && !orthogonal) continue;
      const FeatureOptions options{.map = map, .count = 4096, .orthogonal = orthogonal};
      const Tensor draws = draw_features(options, 1, 16, Rng(7));
      Tensor x = support::random_tensor({12, 16}, rng);
      for (Index i = 0; i < 12; ++i) {
        const double length = std::sqrt(dot(x.row(i), x.row(i)));
        for (Real& value : x.row(i)) value = static_cast<Real>(static_cast<double>(value) / length);
      }
      const Tensor query = random_features(options, 1, draws, x, FeatureRole::query, {});
      const Tensor key = random_features(options, 1, draws, x, FeatureRole::key, {});
      for (Index u = 0; u < 12; ++u) {
        const double scale = dot(query.row(u), key.row(0)) / std::exp(dot(x.row(u), x.row(0)));
        for (Index v = 1; v < 12; ++v) {
          const double expected = std::exp(dot(x.row(u), x.row(v)));
          // The sphere's estimates are off by O(1 / d), by more the longer x + y.
          CHECK(dot(query.row(u), key.row(v)) / scale / expected == Approx(1).margin(0.35));
        }
      }
    }
  }
}

TEST_CASE("features: orthogonal draws are, within blocks of the width, and lengths are those of normal vectors",
          "[kernels][kernelized]") {
  constexpr Index width = 6;
  const Tensor draws = draw_features({.count = 600}, 1, width, Rng(3));
  double square = 0;
  for (Index first = 0; first < 600; first += width) {
    for (Index i = first; i < first + width; ++i) {
      square += dot(draws.row(i), draws.row(i));
      for (Index j = first; j < i; ++j) {
        const double lengths = std::sqrt(dot(draws.row(i), draws.row(i)) * dot(draws.row(j), draws.row(j)));
        CHECK(std::abs(dot(draws.row(i), draws.row(j))) < (sharp ? 1e-12 : 1e-5) * lengths);
      }
    }
  }
  CHECK(square / 600 == Approx(width).epsilon(0.1));  // chi square with 6 degrees: 600 of them deviate by 2.4 %
  const Tensor sphere = draw_features({.map = FeatureMap::sphere, .count = 10}, 2, width, Rng(3));
  for (Index i = 0; i < 20; ++i) CHECK(dot(sphere.row(i), sphere.row(i)) == Approx(width).epsilon(1e-5));
}

TEST_CASE("features: draws follow the stream alone, and heads differ", "[kernels][kernelized]") {
  const FeatureOptions options{.count = 5};
  const Tensor draws = draw_features(options, 2, 3, Rng(3));
  CHECK(support::same_bits(draws, draw_features(options, 2, 3, Rng(3))));
  CHECK_FALSE(support::same_bits(draws, draw_features(options, 2, 3, Rng(4))));
  CHECK(draws.at(0, 0) != draws.at(5, 0));
}

TEST_CASE("features: long rows neither overflow nor lose the order of keys", "[kernels][kernelized]") {
  const FeatureOptions options{.count = 16};
  const Tensor draws = draw_features(options, 1, 3, Rng(3));
  Tensor x = off_zero({8, 3});
  for (Real& value : x.values()) value *= 60;  // exponents of thousands
  for (const FeatureRole role : {FeatureRole::query, FeatureRole::key}) {
    const Tensor y = random_features(options, 1, draws, x, role, {});
    const auto [lowest, highest] = std::minmax_element(y.values().begin(), y.values().end());
    CHECK(*lowest >= 0);
    CHECK(*highest == Approx(0.25));  // 1 / sqrt(m)
  }
}

TEST_CASE("features: a key of another graph does not change a graph's keys; one of its own lowers all alike",
          "[kernels][kernelized]") {
  const FeatureOptions options{.count = 8};
  const Tensor draws = draw_features(options, 1, 3, Rng(3));
  const std::vector<std::int32_t> graphs{0, 1, 0, 1, 0};
  Tensor x = off_zero({5, 3});
  const Tensor before = random_features(options, 1, draws, x, FeatureRole::key, graphs);
  for (Real& value : x.row(3)) value *= 4;
  const Tensor after = random_features(options, 1, draws, x, FeatureRole::key, graphs);
  for (const Index u : {0, 2, 4}) {
    for (Index l = 0; l < 8; ++l) CHECK(before.at(u, l) == after.at(u, l));
  }
  // Node 1 shares graph 1: its features are lowered by one factor, whatever the feature.
  const Real factor = after.at(1, 0) / before.at(1, 0);
  for (Index l = 1; l < 8; ++l) CHECK(after.at(1, l) / before.at(1, l) == Approx(factor).epsilon(1e-4));
}

/// Mean L1 distance of attention's weights to softmax's: one query, 1024 keys on the sphere of radius R, 64 wide.
/// Source: Luo et al., NeurIPS 2021, figure 1b.
double approximation_error(double radius, Index count) {
  double total = 0;
  constexpr int repeats = 20;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    Rng rng(static_cast<std::uint64_t>(repeat) + 100);
    Tensor x = support::random_tensor({1025, 64}, rng);
    for (Index i = 0; i < x.rows(); ++i) {
      const double length = std::sqrt(dot(x.row(i), x.row(i)));
      for (Real& value : x.row(i)) value = static_cast<Real>(static_cast<double>(value) * radius / length);
    }
    const FeatureOptions options{.count = count, .orthogonal = false};
    const Tensor draws = draw_features(options, 1, 64, rng.split("draws"));
    const Tensor query = random_features(options, 1, draws, x, FeatureRole::query, {});
    const Tensor key = random_features(options, 1, draws, x, FeatureRole::key, {});
    double softmax_sum = 0;
    double feature_sum = 0;
    for (Index v = 1; v < 1025; ++v) {
      softmax_sum += std::exp(dot(x.row(0), x.row(v)));
      feature_sum += dot(query.row(0), key.row(v));
    }
    for (Index v = 1; v < 1025; ++v) {
      total += std::abs(std::exp(dot(x.row(0), x.row(v))) / softmax_sum - dot(query.row(0), key.row(v)) / feature_sum);
    }
  }
  return total / repeats;
}

TEST_CASE("features: the error falls as 1 / sqrt(m) at norm 1 and does not at norm 4", "[kernels][kernelized][slow]") {
  const double few = approximation_error(1, 16);
  const double more = approximation_error(1, 256);
  const double most = approximation_error(1, 1024);
  CAPTURE(few, more, most);
  CHECK(few / more > 2.5);
  CHECK(few / more < 4.5);
  CHECK(most < 0.08);
  for (const Index count : {4, 16, 64, 256, 1024}) CHECK(approximation_error(4, count) > 1.4);
}

TEST_CASE("features: options that make no sense are refused", "[kernels][kernelized]") {
  CHECK_THROWS_AS(draw_features({.count = 0}, 1, 3, Rng(1)), UsageError);
  CHECK_THROWS_AS(draw_features({}, 0, 3, Rng(1)), UsageError);
  const FeatureOptions options{.count = 4};
  const Tensor draws = draw_features(options, 2, 3, Rng(1));
  CHECK_THROWS_AS(random_features(options, 2, draws, Tensor(Shape{5, 4}), FeatureRole::key, {}), ShapeError);
  CHECK_THROWS_AS(random_features(options, 1, draws, Tensor(Shape{5, 3}), FeatureRole::key, {}), ShapeError);
  CHECK_THROWS_AS(
      random_features(options, 2, draws, Tensor(Shape{5, 6}), FeatureRole::key, std::vector<std::int32_t>{0}),
      ShapeError);
  CHECK(feature_width({.map = FeatureMap::trigonometric, .count = 4}) == 8);
}

}  // namespace
}  // namespace cairn::kernels
