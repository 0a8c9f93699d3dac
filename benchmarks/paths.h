#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "benchmarks/machine.h"
#include "core/types.h"
#include "models/report/line_chart.h"

namespace cairn::benchmarks {

struct PathBenchOptions {
  bool smoke = false;  // tiny sizes, in a second: shows that all runs and is right, not how fast it is
  std::uint64_t seed = 0;
};

/// Hops from all anchors of a random graph, beside Boost.Graph's breadth-first search from one.
struct SearchTiming {
  Index nodes = 0;
  Index arcs = 0;
  Index anchors = 0;
  Spread seconds;        // of all anchors
  Spread boost_seconds;  // of one anchor
  double planned_bytes = 0;
  double measured_bytes = std::numeric_limits<double>::quiet_NaN();  // where the system tells

  double seconds_per_anchor() const { return seconds.median / static_cast<double>(anchors); }
};

/// An epoch of a path encoder: forward and backward over the shortest paths from all anchors of a random graph.
struct PathEpochTiming {
  Index nodes = 0;
  Index arcs = 0;
  Index anchors = 0;
  Index width = 0;
  Spread seconds;
  double listing_seconds = 0;  // of the paths, once for all epochs
  double planned_bytes = 0;    // by counts of a few anchors: the highest of listing and epoch
  double measured_bytes = std::numeric_limits<double>::quiet_NaN();
};

struct PathTimings {
  SearchTiming search;                      // 64 anchors
  SearchTiming wide_search;                 // 256 on the same graph, which one search holds as well
  std::vector<PathEpochTiming> by_anchors;  // 8 .. 64 anchors on the largest graph
  std::vector<PathEpochTiming> by_arcs;     // a decade of arcs, 64 anchors
};

/// Measures both after their results were verified: distances against Boost's for every fourth anchor; the encoder with
/// weights that count steps, whose states must be the distances and whose gradient their sum.
/// Throws NumericError naming the size where they differ.
PathTimings time_paths(const PathBenchOptions& options);

/// A line a timing: size, median, spread, memory planned and measured.
std::string format_paths(const PathTimings& timings);
/// Seconds of an epoch against anchors, and against arcs.
std::vector<LineChart> path_charts(const PathTimings& timings);

}  // namespace cairn::benchmarks
