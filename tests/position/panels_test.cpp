#include "position/panels.h"

#include <cmath>
#include <cstdint>

#include "core/error.h"
#include "core/rng.h"
#include "support/catch.h"

using namespace cairn;

namespace {

Panels random_panels(Index rows, Index columns, std::uint64_t seed) {
  Rng rng(seed);
  Panels result(rows, columns);
  for (Index v = 0; v < rows; ++v) {
    for (Index j = 0; j < columns; ++j) result.at(v, j) = static_cast<double>(rng.uniform(-1, 1));
  }
  return result;
}

std::vector<double> random_weights(Index rows) {
  Rng rng(99);
  std::vector<double> weights;
  for (Index v = 0; v < rows; ++v) weights.push_back(static_cast<double>(rng.uniform(1, 2)));
  return weights;
}

}  // namespace

TEST_CASE("panels: products with weights are the sums they stand for, over many blocks of rows", "[position][panels]") {
  for (const Index rows : {0, 5, 256, 1000}) {
    const Panels a = random_panels(rows, 16, 1);
    const Panels b = random_panels(rows, 16, 2);
    const std::vector<double> weights = random_weights(rows);
    const std::vector<double> product = weighted_product(weights, a, b);
    double worst = 0;
    for (Index i = 0; i < 16; ++i) {
      for (Index j = 0; j < 16; ++j) {
        double sum = 0;
        for (Index v = 0; v < rows; ++v) sum += weights[static_cast<std::size_t>(v)] * a.at(v, i) * b.at(v, j);
        worst = std::max(worst, std::abs(sum - product[static_cast<std::size_t>(i * 16 + j)]));
      }
    }
    CHECK(worst < 1e-11);  // a thousand terms of at most 2
  }
}

TEST_CASE("panels: columns are multiplied by a matrix row by row", "[position][panels]") {
  const Panels before = random_panels(600, 8, 3);
  Panels after = random_panels(600, 8, 3);
  const Panels factor = random_panels(8, 8, 4);
  std::vector<double> r;
  for (Index i = 0; i < 8; ++i) {
    for (Index j = 0; j < 8; ++j) r.push_back(factor.at(i, j));
  }
  multiply_columns(after, r);
  double worst = 0;
  for (Index v = 0; v < 600; ++v) {
    for (Index j = 0; j < 8; ++j) {
      double sum = 0;
      for (Index i = 0; i < 8; ++i) sum += before.at(v, i) * factor.at(i, j);
      worst = std::max(worst, std::abs(sum - after.at(v, j)));
    }
  }
  CHECK(worst < 1e-14);
}

TEST_CASE("panels: means under weights are taken away, and nothing else", "[position][panels]") {
  const Panels before = random_panels(700, 16, 5);
  Panels after = random_panels(700, 16, 5);
  const std::vector<double> weights = random_weights(700);
  remove_means(weights, after);
  for (Index j = 0; j < 16; ++j) {
    double sum = 0;
    for (Index v = 0; v < 700; ++v) sum += weights[static_cast<std::size_t>(v)] * after.at(v, j);
    CHECK(std::abs(sum) < 1e-11);
    CHECK(before.at(0, j) - after.at(0, j) == Approx(before.at(699, j) - after.at(699, j)));
  }
}

TEST_CASE("panels: residuals are lengths of differences, of the first columns alone", "[position][panels]") {
  const Panels a = random_panels(300, 8, 6);
  const Panels b = random_panels(300, 8, 7);
  const std::vector<double> weights = random_weights(300);
  const std::vector<double> values{0.5, -2, 3};
  const std::vector<double> found = weighted_residuals(weights, a, b, values);
  REQUIRE(found.size() == 3);
  for (std::size_t j = 0; j < 3; ++j) {
    double square = 0;
    for (Index v = 0; v < 300; ++v) {
      const auto column = static_cast<Index>(j);
      square += weights[static_cast<std::size_t>(v)] * std::pow(b.at(v, column) - values[j] * a.at(v, column), 2);
    }
    CHECK(found[j] == Approx(std::sqrt(square)).epsilon(1e-13));
  }
}

TEST_CASE("panels: columns come in eights", "[position][panels]") {
  CHECK_THROWS_AS(Panels(4, 12), ShapeError);
  CHECK(Panels(0, 8).count() == 1);
  CHECK(reinterpret_cast<std::uintptr_t>(Panels(3, 8).panel(0)) % 64 == 0);
}
