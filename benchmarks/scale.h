#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "benchmarks/machine.h"
#include "models/report/line_chart.h"

namespace cairn::benchmarks {

struct ScaleBenchOptions {
  bool smoke = false;  // tiny sizes, in a second: shows that all runs and is right, not how fast it is
  std::uint64_t seed = 0;
};

/// What a path encoder (GIR) costs that learns from so many nodes of a graph in batches of drawn paths: 16 anchors, 4
/// predecessors of each pair, states of 32 columns over 64 features.
struct PathScaleTiming {
  Index nodes = 0;           // that an epoch learns from, whatever the size of the graph
  double table_seconds = 0;  // levels and path counts of all pairs of a node and an anchor, once
  Spread epoch = {};         // drawing, forward, backward, steps
  double items = 0;          // pairs on the paths of a batch, in the mean of an epoch's
  double bytes = std::numeric_limits<double>::quiet_NaN();  // features, tables and epochs
};

/// What an R-MAT graph of one size costs, after results were verified. Bytes are peaks above what was held before; NaN
/// where the system does not tell.
struct ScaleTiming {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  Index nodes = 0;
  Index arcs = 0;
  double build_seconds = 0;  // drawing the edges and sorting them into rows, once
  double build_bytes = unknown;
  Spread distances = {};  // hops from 64 anchors
  double distances_bytes = unknown;
  Spread epoch = {};  // of a GCN of two layers, 64 to 64 to 16 columns: forward, backward, step
  double epoch_bytes = unknown;
  double epoch_share = 0;  // of the median: what gathering its rows alone would take, over what was taken
  PathScaleTiming paths = {};
};

struct ScaleTimings {
  std::vector<ScaleTiming> by_arcs;  // ascending
  std::string left_out;              // sizes that do not fit the memory that is free, in words; empty: none
};

/// Graphs of about 0.8 to 105 million arcs, as long as memory is free for them.
/// Throws NumericError naming the size where a distance differs from Boost.Graph's, a sum over arcs from one in double,
/// or a state that counts steps along drawn paths from the distance.
ScaleTimings time_scale(const ScaleBenchOptions& options);

/// A line a size, with costs by arc, then how much an arc of the largest costs beside one of the smallest.
std::string format_scale(const ScaleTimings& timings);
/// Nanoseconds and bytes an arc, against arcs.
std::vector<LineChart> scale_charts(const ScaleTimings& timings);

}  // namespace cairn::benchmarks
