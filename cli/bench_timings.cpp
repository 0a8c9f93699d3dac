#include "cli/bench_timings.h"

#include "benchmarks/kernels.h"
#include "benchmarks/machine.h"
#include "benchmarks/parse.h"
#include "benchmarks/paths.h"
#include "benchmarks/scale.h"

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

Timings bench_paths(bool smoke, std::uint64_t seed, Console& console) {
  const benchmarks::PathTimings timings = benchmarks::time_paths({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_paths(timings));
  const auto search_json = [](const benchmarks::SearchTiming& search) {
    return Json::object()
        .set("nodes", search.nodes)
        .set("arcs", search.arcs)
        .set("anchors", search.anchors)
        .set("seconds", spread_json(search.seconds))
        .set("seconds_per_anchor", search.seconds_per_anchor())
        .set("boost_seconds_per_anchor", spread_json(search.boost_seconds))
        .set("planned_bytes", search.planned_bytes)
        .set("measured_bytes", search.measured_bytes);
  };
  return {Json::object()
              .set("distances", search_json(timings.search))
              .set("wide_distances", search_json(timings.wide_search))
              .set("epoch_by_anchors", epochs_json(timings.by_anchors))
              .set("epoch_by_arcs", epochs_json(timings.by_arcs)),
          benchmarks::path_charts(timings)};
}

Timings bench_scale(bool smoke, std::uint64_t seed, Console& console) {
  const benchmarks::ScaleTimings timings = benchmarks::time_scale({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_scale(timings));
  Json rows = Json::array();
  for (const benchmarks::ScaleTiming& timing : timings.by_arcs) {
    rows.add(Json::object()
                 .set("nodes", timing.nodes)
                 .set("arcs", timing.arcs)
                 .set("build_seconds", timing.build_seconds)
                 .set("build_bytes", timing.build_bytes)
                 .set("distances_seconds", spread_json(timing.distances))
                 .set("distances_bytes", timing.distances_bytes)
                 .set("epoch_seconds", spread_json(timing.epoch))
                 .set("epoch_bytes", timing.epoch_bytes)
                 .set("epoch_share_of_gather_limit", timing.epoch_share)
                 .set("path_table_seconds", timing.paths.table_seconds)
                 .set("path_nodes", timing.paths.nodes)
                 .set("path_epoch_seconds", spread_json(timing.paths.epoch))
                 .set("path_items_a_batch", timing.paths.items)
                 .set("path_bytes", timing.paths.bytes));
  }
  return {Json::object().set("by_arcs", rows).set("left_out", timings.left_out), benchmarks::scale_charts(timings)};
}

Timings bench_kernels(bool smoke, std::uint64_t seed, Console& console) {
  const auto timings = benchmarks::time_kernels({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_timings(timings));
  Json rows = Json::array();
  for (const benchmarks::KernelTiming& timing : timings) {
    rows.add(Json::object()
                 .set("kernel", timing.name)
                 .set("size", timing.size)
                 .set("seconds", spread_json({timing.median_seconds, timing.min_seconds, timing.max_seconds}))
                 .set("bytes", timing.bytes)
                 .set("operations", timing.operations)
                 .set("limit", timing.limit)
                 .set("share_of_limit", timing.share_of_limit));
  }
  return {rows, {}};
}

Timings bench_parse(bool smoke, std::uint64_t seed, Console& console) {
  const auto timings = benchmarks::time_parsing({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_parsing(timings));
  Json rows = Json::array();
  for (const benchmarks::ParseTiming& timing : timings) {
    rows.add(Json::object()
                 .set("threads", timing.threads)
                 .set("edges", timing.edges)
                 .set("bytes", timing.file_bytes)
                 .set("seconds", spread_json(timing.seconds))
                 .set("edges_per_second_per_core", timing.edges_per_second_per_core));
  }
  return {rows, {}};
}

}  // namespace

const std::vector<TimedSubject>& timed_subjects() {
  static const std::vector<TimedSubject> subjects{
      {.name = "paths",
       .summary = "distances from anchors beside Boost.Graph's, and an epoch of a path encoder: time and memory",
       .run = bench_paths,
       .has_charts = true},
      {.name = "scale",
       .summary = "R-MAT graphs of 0.8 to 105 million arcs: time and memory an arc, of building, distances from 64 "
                  "anchors, an epoch of a GCN and of GIR in batches (long)",
       .run = bench_scale,
       .has_charts = true},
      {.name = "kernels",
       .summary = "each kernel against what bounds it: memory, gathered rows, or a matrix product",
       .run = bench_kernels},
      {.name = "parse",
       .summary = "a text edge list, from a warm file to a graph: edges a second and core",
       .run = bench_parse}};
  return subjects;
}

}  // namespace cairn::cli
