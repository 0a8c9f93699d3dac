#include "benchmarks/fourier_experiments.h"

#include <algorithm>
#include <cmath>

#include "benchmarks/sinusoids.h"
#include "core/error.h"
#include "support/catch.h"
#include "support/threads.h"

namespace cairn::benchmarks {
namespace {

TEST_CASE("fourier experiments: 4,096 features give the expected kernel within 0.02", "[benchmarks]") {
  const auto rows = fourier_kernel(4096, 1);
  REQUIRE(rows.size() == 10);
  for (const FourierKernelRow& row : rows) {
    INFO("gamma " << row.gamma << ", distance " << row.distance);
    CHECK(std::abs(row.measured - row.expected) < 0.02);
  }
}

TEST_CASE("fourier experiments: likeness is the same in every direction, unlike that of sinusoids by axis",
          "[benchmarks]") {
  constexpr Index features = 4096;
  const auto rows = fourier_isotropy(features, 1);
  REQUIRE(rows.size() == 4);
  for (const IsotropyRow& row : rows) {
    INFO(row.encoder << " at " << row.distance);
    const double gap = std::abs(row.along_axis - row.diagonal);
    if (row.encoder == "fourier features") {
      CHECK(gap < 4 / std::sqrt(static_cast<double>(features)));
    } else {  // (1 + mean of cos(w r)) / 2 against the mean of cos(w r / sqrt 2), from the closed form
      CHECK(row.along_axis == Approx(row.distance == 4 ? 0.880 : 0.857).margin(5e-4));
      CHECK(row.diagonal == Approx(row.distance == 4 ? 0.828 : 0.735).margin(5e-4));
    }
  }
}

TEST_CASE("sinusoids: of each axis by itself, zeros for what is not known", "[benchmarks]") {
  const Coordinates places{.values = Tensor({2, 2}, {3, 0, Real(0.5), 4}), .valid = {1, 0, 1, 1}, .graph_of_node = {}};
  const Tensor rows = sinusoids(places, {.count = 2, .scale = 5});
  REQUIRE(rows.shape() == Shape{2, 8});
  const auto expect = [&](Index u, Index first, double x) {
    CHECK(rows.at(u, first) == Approx(std::sin(5 * x)).margin(1e-6));
    CHECK(rows.at(u, first + 1) == Approx(std::sin(0.05 * x)).margin(1e-6));  // 5 * 10000^(-1/2)
    CHECK(rows.at(u, first + 2) == Approx(std::cos(5 * x)).margin(1e-6));
    CHECK(rows.at(u, first + 3) == Approx(std::cos(0.05 * x)).margin(1e-6));
  };
  expect(0, 0, 3);
  for (Index k = 4; k < 8; ++k) CHECK(rows.at(0, k) == 0);
  expect(1, 0, 0.5);
  expect(1, 4, 4);
}

TEST_CASE("fourier convergence: every encoder runs on every target, with figures that depend on the seed alone",
          "[benchmarks]") {
  ConvergenceOptions options{.seeds = 2, .points = 30, .steps = 4, .early = 2, .goal = 1e-9};
  int seen = 0;
  const auto rows = fourier_convergence(options, [&](const ConvergenceRow&) { ++seen; });
  CHECK(rows.size() == convergence_targets().size() * convergence_encoders().size());
  CHECK(seen == static_cast<int>(rows.size()));
  for (const ConvergenceRow& row : rows) {
    INFO(row.target << ", " << row.encoder);
    REQUIRE(row.final_error.size() == 2);
    CHECK(std::isfinite(row.mean_early()));
    CHECK(std::isfinite(row.mean_final()));
    CHECK(std::isinf(row.mean_steps()));
    CHECK(row.early_error != row.final_error);
  }
  const support::Threads two(2);
  options.seed = 1;  // its first seed is the second of those above
  options.seeds = 1;
  options.targets = {"anchors"};
  options.encoders = {"sinusoids + mlp"};
  const auto again = fourier_convergence(options);
  REQUIRE(again.size() == 1);
  const auto before = std::find_if(rows.begin(), rows.end(), [&](const ConvergenceRow& row) {
    return row.target == again[0].target && row.encoder == again[0].encoder;
  });
  CHECK(again[0].final_error[0] == before->final_error[1]);
}

TEST_CASE("fourier convergence: a goal that is reached is noted at its first step", "[benchmarks]") {
  const auto rows = fourier_convergence(
      {.seeds = 1, .points = 30, .steps = 3, .goal = 1e9, .targets = {"rings"}, .encoders = {"raw + mlp"}});
  CHECK(rows.at(0).steps_to_goal == std::vector<double>{1});
}

TEST_CASE("fourier convergence: unknown names and numbers that leave nothing to do are refused", "[benchmarks]") {
  CHECK_THROWS_AS(fourier_convergence({.targets = {"circles"}}), UsageError);
  CHECK_THROWS_AS(fourier_convergence({.encoders = {"lff"}}), UsageError);
  CHECK_THROWS_AS(fourier_convergence({.seeds = 0}), UsageError);
  CHECK_THROWS_AS(fourier_convergence({.points = 0}), UsageError);
  CHECK_THROWS_AS(fourier_convergence({.steps = 0}), UsageError);
}

TEST_CASE(
    "fourier convergence: learned frequencies arrive sooner than sinusoids, and where gamma is off than fixed ones",
    "[benchmarks][slow]") {
  const auto rows = fourier_convergence({.seeds = 1,
                                         .points = 200,
                                         .steps = 300,
                                         .targets = {"anchors"},
                                         .encoders = {"learnable + mlp, gamma 0.25", "sinusoids + mlp", "raw + mlp",
                                                      "learnable + mlp, gamma 1.5", "fixed + mlp, gamma 1.5"}});
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].mean_steps() <= 0.7 * rows[1].mean_steps());
  CHECK(std::isinf(rows[2].mean_steps()));
  CHECK(rows[3].mean_final() < rows[4].mean_final());
}

}  // namespace
}  // namespace cairn::benchmarks
