#include "benchmarks/scale.h"

#include <algorithm>

#include "support/catch.h"

using namespace cairn;

TEST_CASE("bench scale: sizes ascend, each with its costs", "[benchmarks]") {
  const benchmarks::ScaleTimings timings = benchmarks::time_scale({.smoke = true, .seed = 1});
  REQUIRE(timings.by_arcs.size() == 2);
  CHECK(timings.left_out.empty());
  CHECK(timings.by_arcs[0].nodes == 256);
  CHECK(timings.by_arcs[1].arcs > 3 * timings.by_arcs[0].arcs);
  for (const benchmarks::ScaleTiming& timing : timings.by_arcs) {
    CHECK(timing.distances.median > 0);
    CHECK(timing.epoch.median > 0);
    CHECK(timing.epoch_share > 0);
    CHECK(timing.paths.nodes > 0);
    CHECK(timing.paths.nodes <= std::min<Index>(timing.nodes, 2048));
    CHECK(timing.paths.epoch.median > 0);
    CHECK(timing.paths.items > 0);
  }
  const std::vector<LineChart> charts = benchmarks::scale_charts(timings);
  REQUIRE(charts.size() == 2);
  for (const Series& series : charts[0].series) CHECK(series.x.size() == 2);
}

TEST_CASE("bench scale: a table says what was left out, and compares the largest with the smallest", "[benchmarks]") {
  benchmarks::ScaleTimings timings;
  timings.by_arcs.resize(2);
  timings.by_arcs[0].arcs = 100;
  timings.by_arcs[0].epoch.median = 1e-6;
  timings.by_arcs[1].arcs = 1000;
  timings.by_arcs[1].epoch.median = 3e-5;
  for (benchmarks::ScaleTiming& timing : timings.by_arcs) timing.paths = {.nodes = 2048, .epoch = {.median = 0.5}};
  timings.left_out = "left out: the rest";
  const std::string text = benchmarks::format_scale(timings);
  CHECK_THAT(text, Catch::Contains("left out: the rest"));
  CHECK_THAT(text, Catch::Contains("GCN epoch 3.00 times the time"));
  CHECK_THAT(text, Catch::Contains("GIR in batches 1.00 times the time of a node"));
  CHECK(benchmarks::scale_charts({}).empty());
}
