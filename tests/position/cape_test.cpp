#include "position/cape.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::max_difference;
using support::same_bits;

/// `graphs` paths of `nodes` nodes each, at 0, 1, 2, ... on every axis.
Coordinates paths(Index graphs, Index nodes, Index axes = 1) {
  Coordinates coordinates{.values = Tensor(Shape{graphs * nodes, axes}), .valid = {}, .graph_of_node = {}};
  for (Index u = 0; u < graphs * nodes; ++u) {
    for (Real& value : coordinates.values.row(u)) value = static_cast<Real>(u % nodes);
    coordinates.graph_of_node.push_back(static_cast<std::int32_t>(u / nodes));
  }
  return coordinates;
}

double mean_of(const Tensor& x) {
  double sum = 0;
  for (const Real value : x.values()) sum += static_cast<double>(value);
  return sum / static_cast<double>(x.size());
}

TEST_CASE("cape: given draws move coordinates as the formula says, worked out by a script", "[position][golden]") {
  const support::Json cases = support::golden("cape.json");
  REQUIRE(cases.size() == 2);
  const double tolerance = sizeof(Real) == sizeof(double) ? 1e-12 : 1e-5;  // values below 20
  for (const support::Json& expected : cases) {
    const Coordinates coordinates{.values = support::tensor_of(expected.at("values")),
                                  .valid = expected.at("valid").get<std::vector<std::uint8_t>>(),
                                  .graph_of_node = expected.at("graph_of_node").get<std::vector<std::int32_t>>()};
    const CapeDraws draws{.sign = support::tensor_of(expected.at("sign")),
                          .shift = support::tensor_of(expected.at("shift")),
                          .local = support::tensor_of(expected.at("local")),
                          .scale = support::tensor_of(expected.at("scale"))};
    const bool center = expected.at("center").get<bool>();
    const Coordinates moved = cape(cape_in_evaluation(coordinates, {.center = center}), draws);
    CHECK(max_difference(moved.values, support::tensor_of(expected.at("moved"))) < tolerance);
    CHECK(moved.valid == coordinates.valid);
    CHECK(moved.graph_of_node == coordinates.graph_of_node);
  }
}

TEST_CASE("cape: evaluation and training without augmentation leave coordinates as they are, bit for bit",
          "[position]") {
  const Coordinates coordinates = paths(3, 7, 2);
  CHECK(same_bits(cape_in_evaluation(coordinates, {.global_shift = 9, .max_scale = 2}).values, coordinates.values));
  CHECK(same_bits(cape_in_training(coordinates, {}, Rng(1)).values, coordinates.values));
}

TEST_CASE("cape: draws lie in their ranges and fill them", "[position]") {
  const CapeOptions options{.global_shift = 5, .local_shift = Real(0.5), .spacing = 2, .max_scale = 4};
  const CapeDraws draws = draw_cape(options, paths(4000, 3, 2), Rng(11));
  const auto range = [](const Tensor& x) {
    const auto [low, high] = std::minmax_element(x.values().begin(), x.values().end());
    return std::pair(static_cast<double>(*low), static_cast<double>(*high));
  };
  const auto fills = [&](const Tensor& x, double low, double high) {
    const auto found = range(x);
    const double near = (high - low) / 200;  // of thousands of uniform draws, all but surely
    return found.first >= low - 1e-5 && found.first < low + near && found.second <= high + 1e-5 &&
           found.second > high - near;
  };
  CHECK(fills(draws.shift, -5, 5));
  CHECK(fills(draws.local, -1, 1));  // half of a spacing of 2
  CHECK(fills(draws.scale, 0.25, 4));
  CHECK(std::abs(mean_of(draws.shift)) < 0.13);  // 4 deviations of the mean of 8000 draws: 4 * 5 / sqrt(3 * 8000)
  // Log-uniform: as often below 1 as above (uniform in [1/4, 4] would be above four times in five).
  const auto above =
      std::count_if(draws.scale.values().begin(), draws.scale.values().end(), [](Real scale) { return scale > 1; });
  CHECK(std::abs(static_cast<double>(above) / 4000 - 0.5) < 0.032);  // 4 deviations of 4000 fair draws
  CHECK(draws.sign.values()[0] == 1);
  CHECK(*std::min_element(draws.sign.values().begin(), draws.sign.values().end()) == 1);  // not asked for
}

TEST_CASE("cape: shifts come before the scale", "[position]") {
  const Coordinates origin{.values = Tensor(Shape{20000, 1}), .valid = {}, .graph_of_node = [] {
                             std::vector<std::int32_t> graphs(20000);
                             for (std::size_t g = 0; g < graphs.size(); ++g) graphs[g] = static_cast<std::int32_t>(g);
                             return graphs;
                           }()};
  const Coordinates moved = cape_in_training(origin, {.global_shift = 3, .max_scale = 2}, Rng(5));
  double squares = 0;
  for (const Real value : moved.values.values()) squares += static_cast<double>(value) * static_cast<double>(value);
  // The variance of a shift, 3, times E[scale^2] = (4 - 1/4) / (4 log 2); scale first would leave 3.
  const double expected = 3 * 3.75 / (4 * std::log(2.0));
  CHECK(std::abs(squares / 20000 / expected - 1) < 0.04);
}

TEST_CASE("cape: differences within a graph do not feel the global shift", "[position]") {
  const Coordinates coordinates = paths(5, 6, 2);
  const Coordinates moved = cape_in_training(coordinates, {.global_shift = 50}, Rng(3));
  std::vector<Real> offsets;
  for (Index u = 0; u < 30; ++u) {
    for (Index axis = 0; axis < 2; ++axis) {
      const Index first = u / 6 * 6;
      const Real gap = moved.values.at(u, axis) - moved.values.at(first, axis);
      CHECK(gap == Approx(u % 6).margin(1e-4));  // float at 50
    }
    if (u % 6 == 0) offsets.insert(offsets.end(), {moved.values.at(u, 0), moved.values.at(u, 1)});
  }
  std::sort(offsets.begin(), offsets.end());
  CHECK(std::adjacent_find(offsets.begin(), offsets.end()) == offsets.end());  // each graph and axis its own

  const Coordinates shared = cape_in_training(coordinates, {.global_shift = 50, .shared_shift = true}, Rng(3));
  for (Index u = 0; u < 30; ++u) CHECK(shared.values.at(u, 0) == shared.values.at(u, 1));
}

TEST_CASE("cape: local shifts up to half a spacing keep the order of places, larger ones do not", "[position]") {
  const Coordinates coordinates = paths(200, 24);
  const auto swapped = [&](Real local) {
    const Tensor moved = cape_in_training(coordinates, {.global_shift = 9, .local_shift = local}, Rng(6)).values;
    int count = 0;
    for (Index u = 1; u < moved.rows(); ++u) {
      if (u % 24 != 0 && moved.at(u, 0) < moved.at(u - 1, 0)) ++count;
    }
    return count;
  };
  CHECK(swapped(Real(0.5)) == 0);
  CHECK(swapped(Real(0.55)) > 0);
  CHECK(swapped(1) > 400);  // (2 emax - 1)^2 / (8 emax^2) = 1/8 of 4600
}

TEST_CASE("cape: a graph gets the same draws in any union, by its key, and others at another step", "[position]") {
  const CapeOptions options{
      .global_shift = 5, .local_shift = Real(0.5), .max_scale = 2, .center = true, .flip_signs = true};
  const Coordinates alone = paths(1, 6, 3);
  Coordinates both = paths(2, 6, 3);
  for (std::size_t u = 0; u < both.graph_of_node.size(); ++u) both.graph_of_node[u] = u % 2 == 0 ? 1 : 0;
  for (Index u = 0; u < 12; ++u) {
    for (Real& value : both.values.row(u)) value = static_cast<Real>(u / 2);  // graph 1 on even rows is `alone`
  }
  const std::vector<std::uint64_t> of_alone{42};
  const std::vector<std::uint64_t> of_both{7, 42};
  const Tensor single = cape_in_training(alone, options, Rng(3), of_alone).values;
  const Tensor among = cape_in_training(both, options, Rng(3), of_both).values;
  for (Index u = 0; u < 6; ++u) {
    for (Index axis = 0; axis < 3; ++axis) {
      CHECK(single.at(u, axis) == among.at(2 * u, axis));
      CHECK(single.at(u, axis) != among.at(2 * u + 1, axis));
    }
  }
  CHECK(same_bits(single, cape_in_training(alone, options, Rng(3), of_alone).values));
  CHECK(max_difference(single, cape_in_training(alone, options, Rng(4), of_alone).values) > 0.1);
}

TEST_CASE("cape: signs flip an axis of a graph as a whole, fairly", "[position]") {
  const Coordinates coordinates = paths(1000, 2, 2);
  const Tensor moved = cape_in_training(coordinates, {.flip_signs = true}, Rng(2)).values;
  int flipped = 0;
  for (Index u = 1; u < moved.rows(); u += 2) {  // the node at 1; that at 0 has no sign
    for (Index axis = 0; axis < 2; ++axis) {
      CHECK(std::abs(moved.at(u, axis)) == 1);
      flipped += moved.at(u, axis) < 0 ? 1 : 0;
    }
  }
  CHECK(std::abs(flipped - 1000) < 90);  // 4 deviations of 2000 fair draws
}

TEST_CASE("cape: centering takes off each graph's mean of what is known, also in evaluation", "[position]") {
  Coordinates coordinates = paths(2, 4, 2);
  coordinates.valid.assign(16, 1);
  coordinates.valid[2] = 0;  // node 1 on axis 0
  coordinates.values.at(1, 0) = 0;
  for (std::size_t u = 4; u < 8; ++u) coordinates.valid[2 * u + 1] = 0;  // no node of graph 1 on axis 1
  for (Index u = 4; u < 8; ++u) coordinates.values.at(u, 1) = 0;
  const Tensor values = cape_in_evaluation(coordinates, {.center = true}).values;
  CHECK(values.at(0, 0) == Approx(-5.0 / 3));
  CHECK(values.at(1, 0) == 0);  // unknown stays unknown
  CHECK(values.at(0, 1) == Approx(-1.5));
  for (Index u = 4; u < 8; ++u) CHECK(values.at(u, 1) == 0);
}

TEST_CASE("cape: no node and one node are moved, options that make no sense refused", "[position]") {
  const Coordinates nobody{.values = Tensor(Shape{0, 2}), .valid = {}, .graph_of_node = {}};
  CHECK(cape_in_training(nobody, {.global_shift = 1, .center = true}, Rng(1)).values.shape() == Shape{0, 2});
  const Coordinates single{.values = Tensor(Shape{1, 2}, 3), .valid = {}, .graph_of_node = {}};
  CHECK(cape_in_evaluation(single, {.center = true}).values.at(0, 1) == 0);
  const auto nan = std::numeric_limits<Real>::quiet_NaN();
  const auto infinity = std::numeric_limits<Real>::infinity();
  for (const CapeOptions& wrong :
       {CapeOptions{.global_shift = -1}, CapeOptions{.global_shift = nan}, CapeOptions{.local_shift = Real(-0.1)},
        CapeOptions{.local_shift = infinity}, CapeOptions{.spacing = 0}, CapeOptions{.max_scale = Real(0.9)},
        CapeOptions{.max_scale = infinity}}) {
    CHECK_THROWS_AS(check_cape_options(wrong), UsageError);
    CHECK_THROWS_AS(draw_cape(wrong, single, Rng(1)), UsageError);
    CHECK_THROWS_AS(cape_in_evaluation(single, wrong), UsageError);
  }
  CHECK_THROWS_AS(draw_cape({}, single, Rng(1), std::vector<std::uint64_t>{1, 2}), ShapeError);
  CapeDraws draws = draw_cape({}, single, Rng(1));
  draws.local = Tensor(Shape{1, 1});
  CHECK_THROWS_AS(cape(single, draws), ShapeError);
}

}  // namespace
}  // namespace cairn
