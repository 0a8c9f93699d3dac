#include "benchmarks/paths.h"

#include <algorithm>

#include "benchmarks/memory_watch.h"
#include "models/report/page.h"
#include "support/catch.h"
#include "tensor/tensor.h"

using namespace cairn;
using namespace cairn::benchmarks;

TEST_CASE("time_paths: distances and epochs pass their verification and are timed", "[benchmarks][slow]") {
  const PathTimings timings = time_paths({.smoke = true, .seed = 1});
  CHECK(timings.search.anchors == 64);
  CHECK(timings.wide_search.anchors == 256);
  CHECK(timings.search.seconds.min > 0);
  CHECK(timings.wide_search.seconds.min > 0);
  CHECK(timings.search.boost_seconds.min > 0);
  CHECK(timings.search.seconds_per_anchor() * 64 == Approx(timings.search.seconds.median));
  REQUIRE(timings.by_anchors.size() == 4);
  REQUIRE(timings.by_arcs.size() == 4);
  CHECK(timings.by_arcs.back().arcs == 10 * timings.by_arcs.front().arcs);  // a decade
  for (std::size_t i = 1; i < timings.by_anchors.size(); ++i) {
    CHECK(timings.by_anchors[i].anchors == 2 * timings.by_anchors[i - 1].anchors);
    CHECK(timings.by_anchors[i].planned_bytes > timings.by_anchors[i - 1].planned_bytes);
  }
  for (const PathEpochTiming& timing : timings.by_arcs) {
    CHECK(timing.seconds.min > 0);
    CHECK(timing.seconds.min <= timing.seconds.median);
    CHECK(timing.planned_bytes > 0);
  }
  const std::string text = format_paths(timings);
  CHECK(std::count(text.begin(), text.end(), '\n') == 15);  // 4 of distances, a gap, a title, 7 of epochs
  CHECK(text.find("1000 nodes, 10000 arcs, 64 anchors") != std::string::npos);
  const std::vector<LineChart> charts = path_charts(timings);
  REQUIRE(charts.size() == 2);
  CHECK(charts[0].series.at(0).x == std::vector<double>{8, 16, 32, 64});
  CHECK(charts[1].series.at(0).x.size() == 4);
  CHECK(path_charts({}).empty());
}

TEST_CASE("memory watch: sees what is held for a while, and forgets what was held before", "[benchmarks]") {
  constexpr double held = 64e6;
  const auto use = [] {
    Tensor table(Shape{1000, 16000 * 4 / static_cast<Index>(sizeof(Real))});  // written with zeros
    return table.at(999, 0);
  };
  const MemoryWatch before;
  use();
  const auto seen = before.peak_bytes();
  if (!seen) {
    WARN("this system does not tell: skipped");
    return;
  }
  CHECK(*seen > 0.9 * held);
  CHECK(*seen < 2 * held);
  const MemoryWatch after;
  CHECK(*after.peak_bytes() < 0.5 * held);
}
