#include "benchmarks/size_transfer.h"

#include <cmath>

#include "core/error.h"
#include "support/catch.h"
#include "support/threads.h"

namespace cairn::benchmarks {
namespace {

const SizeTransferOptions tiny{
    .seeds = 2, .steps = 2, .batch = 2, .training_graphs = 2, .test_graphs = 1, .anchors = 2, .smoke = true};

TEST_CASE("size transfer: a row a size, the same for any number of threads", "[benchmarks]") {
  int seen = 0;
  const auto rows = size_transfer(tiny, [&](const std::vector<SizeTransferRow>&) { ++seen; });
  REQUIRE(rows.size() == 2);
  CHECK(seen == 2);
  CHECK(rows[0].graphs == "grid 8x8");
  CHECK(rows[0].trained);
  CHECK(rows[1].graphs == "grid 16x16");
  CHECK_FALSE(rows[1].trained);
  const support::Threads two(2);
  const auto again = size_transfer(tiny);
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(rows[i].with.size() == 2);
    for (const double error : rows[i].with) CHECK((std::isfinite(error) && error > 0));
    CHECK(rows[i].with != rows[i].without);
    CHECK(rows[i].with == again[i].with);
    CHECK(rows[i].without == again[i].without);
  }
}

TEST_CASE("size transfer: a gain is the mean over pairs, with its standard error", "[benchmarks]") {
  const SizeTransferRow row{.graphs = "", .trained = false, .without = {3, 5, 4}, .with = {2, 2, 2}};
  CHECK(row.mean_gain() == Approx(2));
  CHECK(row.gain_error() == Approx(1 / std::sqrt(3.0)));  // deviation 1 of the differences 1, 3, 2
  const SizeTransferRow one{.graphs = "", .trained = false, .without = {3}, .with = {2}};
  CHECK(std::isinf(one.gain_error()));
}

TEST_CASE("size transfer: without CAPE nothing differs between the two columns", "[benchmarks]") {
  SizeTransferOptions still = tiny;
  still.global_shift = 0;
  still.local_shift = 0;
  for (const SizeTransferRow& row : size_transfer(still)) CHECK(row.with == row.without);
}

TEST_CASE("size transfer: numbers that leave nothing to do are refused", "[benchmarks]") {
  CHECK_THROWS_AS(size_transfer({.seeds = 0}), UsageError);
  CHECK_THROWS_AS(size_transfer({.steps = 0}), UsageError);
  CHECK_THROWS_AS(size_transfer({.batch = 0}), UsageError);
  CHECK_THROWS_AS(size_transfer({.training_graphs = 0}), UsageError);
  CHECK_THROWS_AS(size_transfer({.test_graphs = 0}), UsageError);
  CHECK_THROWS_AS(size_transfer({.anchors = 0}), UsageError);
  CHECK_THROWS_AS(size_transfer({.anchors = 65}), UsageError);  // more than the nodes of a graph
  CHECK_THROWS_AS(size_transfer({.global_shift = -1}), UsageError);
}

TEST_CASE("size transfer: on grids four times as large CAPE halves the error", "[benchmarks][slow]") {
  const auto rows = size_transfer({.seeds = 1, .steps = 800, .test_graphs = 2, .smoke = true});
  CHECK(rows.at(0).mean_without() < 0.4);  // both have learned something where they were trained
  CHECK(rows.at(0).mean_with() < 0.5);
  CHECK(rows.at(1).mean_with() < 0.5 * rows.at(1).mean_without());
}

}  // namespace
}  // namespace cairn::benchmarks
