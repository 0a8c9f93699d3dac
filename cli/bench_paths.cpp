#include "cli/bench_paths.h"

#include <vector>

#include "benchmarks/paths.h"

namespace cairn::cli {

namespace {

Json spread_json(const benchmarks::Spread& seconds) {
  return Json::object().set("median", seconds.median).set("min", seconds.min).set("max", seconds.max);
}

Json epochs_json(const std::vector<benchmarks::PathEpochTiming>& timings) {
  Json rows = Json::array();
  for (const benchmarks::PathEpochTiming& timing : timings) {
    rows.add(Json::object()
                 .set("nodes", timing.nodes)
                 .set("arcs", timing.arcs)
                 .set("anchors", timing.anchors)
                 .set("width", timing.width)
                 .set("seconds", spread_json(timing.seconds))
                 .set("listing_seconds", timing.listing_seconds)
                 .set("planned_bytes", timing.planned_bytes)
                 .set("measured_bytes", timing.measured_bytes));
  }
  return rows;
}

}  // namespace

Json bench_paths(bool smoke, std::uint64_t seed, Console& console) {
  const benchmarks::PathTimings timings = benchmarks::time_paths({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_paths(timings));
  const benchmarks::SearchTiming& search = timings.search;
  return Json::object()
      .set("distances", Json::object()
                            .set("nodes", search.nodes)
                            .set("arcs", search.arcs)
                            .set("anchors", search.anchors)
                            .set("seconds", spread_json(search.seconds))
                            .set("seconds_per_anchor", search.seconds_per_anchor())
                            .set("boost_seconds_per_anchor", spread_json(search.boost_seconds))
                            .set("planned_bytes", search.planned_bytes)
                            .set("measured_bytes", search.measured_bytes))
      .set("epoch_by_anchors", epochs_json(timings.by_anchors))
      .set("epoch_by_arcs", epochs_json(timings.by_arcs));
}

}  // namespace cairn::cli
