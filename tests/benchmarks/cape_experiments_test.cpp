#include "benchmarks/cape_experiments.h"

#include "benchmarks/attention_model.h"
#include "core/error.h"
#include "support/catch.h"
#include "support/threads.h"

namespace cairn::benchmarks {
namespace {

TEST_CASE("path task: every kind of positions runs under every condition, the same for any number of threads",
          "[benchmarks]") {
  PathTaskOptions options{.seeds = 2, .steps = 3, .batch = 2, .length = 5, .vocabulary = 3, .test_graphs = 2};
  int seen = 0;
  const auto rows = path_task(options, [&](const PathTaskRow&) { ++seen; });
  REQUIRE(rows.size() == path_positions().size());
  CHECK(seen == static_cast<int>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].positions == path_positions()[i]);
    for (std::size_t c = 0; c < path_conditions.size(); ++c) {
      REQUIRE(rows[i].accuracy[c].size() == 2);
      for (const double share : rows[i].accuracy[c]) CHECK((share >= 0 && share <= 1));
    }
  }
  const support::Threads two(2);
  options.positions = {"cape 100 + local 0.5"};
  const auto again = path_task(options);
  REQUIRE(again.size() == 1);
  CHECK(again[0].accuracy == rows[4].accuracy);
}

TEST_CASE("path task: a sweep has a row without and one with CAPE for each learning rate", "[benchmarks]") {
  const auto rows = learning_rate_sweep(
      {.seeds = 1, .steps = 2, .batch = 1, .length = 4, .vocabulary = 2, .test_graphs = 1}, {1e-3, 1e-2});
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].positions == "sinusoid");
  CHECK(rows[1].positions == "cape 100 + local 0.5");
  CHECK(rows[1].learning_rate == 1e-3);
  CHECK(rows[3].learning_rate == 1e-2);
}

TEST_CASE("path task: unknown positions and numbers that leave nothing to do are refused", "[benchmarks]") {
  CHECK_THROWS_AS(path_task({.positions = {"rope"}}), UsageError);
  CHECK_THROWS_AS(path_task({.seeds = 0}), UsageError);
  CHECK_THROWS_AS(path_task({.steps = 0}), UsageError);
  CHECK_THROWS_AS(path_task({.batch = 0}), UsageError);
  CHECK_THROWS_AS(path_task({.length = 1}), UsageError);
  CHECK_THROWS_AS(path_task({.vocabulary = 1}), UsageError);
  CHECK_THROWS_AS(path_task({.test_graphs = 0}), UsageError);
}

TEST_CASE("attention model: a table is read at the nearest whole place and has an end", "[benchmarks]") {
  Rng rng(1);
  const AttentionModel model({.content = 1, .out = 1, .table_rows = 4}, rng);
  const auto run = [&](std::initializer_list<Real> places) {
    const Coordinates coordinates{.values = Tensor({2, 1}, places), .valid = {}, .graph_of_node = {}};
    return model.forward(coordinates, Tensor({2, 1}, {1, -1})).value();
  };
  const Tensor exact = run({0, 3});
  const Tensor near = run({Real(0.3), Real(2.6)});
  CHECK(exact.at(0, 0) == near.at(0, 0));
  CHECK(exact.at(1, 0) == near.at(1, 0));
  CHECK_THROWS_AS(run({0, 4}), UsageError);
  CHECK_THROWS_AS(run({Real(-0.6), 1}), UsageError);
}

TEST_CASE("path task: CAPE holds under all conditions where tables and sinusoids fail, and so do the controls",
          "[benchmarks][slow]") {
  const auto rows =
      path_task({.seeds = 1,
                 .test_graphs = 16,
                 .positions = {"learned table", "sinusoid", "cape 100 + local 0.5", "control: a shift a node"}});
  REQUIRE(rows.size() == 4);
  const auto mean = [&](std::size_t row, std::string_view condition) {
    for (std::size_t c = 0; c < path_conditions.size(); ++c) {
      if (path_conditions[c] == condition) return rows[row].mean(c);
    }
    throw Error("no such condition");
  };
  CHECK(mean(0, "in range") >= 0.98);
  CHECK(mean(0, "offset +40") <= 0.5);
  CHECK(mean(0, "length 96") <= 0.5);
  CHECK(mean(1, "in range") >= 0.98);
  CHECK(mean(1, "length 96") <= 0.7);
  for (const std::string_view condition : path_conditions) {
    INFO(condition);
    CHECK(mean(2, condition) >= 0.98);
  }
  CHECK(mean(3, "in range") <= 0.4);
}

}  // namespace
}  // namespace cairn::benchmarks
