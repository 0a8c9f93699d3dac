#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "benchmarks/position_results.h"
#include "core/types.h"

namespace cairn::benchmarks {

struct PositionBenchOptions {
  std::string data;                         // folder of the real datasets; empty: their columns are left out
  std::vector<std::string> columns;         // "grid/link"; empty: all
  std::vector<std::string> models;          // empty: all of each column
  std::vector<Index> anchors{1, 4, 16, 0};  // 0: floor(log2 n)^2 of each graph
  Index seeds = 10;
  std::uint64_t seed = 0;  // the first
  Index epochs = 0;        // 0: those of each column's settings
  bool smoke = false;      // tiny synthetic datasets, 3 epochs: shows that all runs, not how good it is
};

/// How far a benchmark is.
struct PositionProgress {
  Index done = 0;  // runs (a model, a number of anchors, a seed) of this call
  Index total = 0;
  double seconds_left = 0;  // an estimate from the runs that are finished
  std::string finished;     // "gir on grid/link, 4 anchors, seed 0: 0.9512"
};

/// What a caller wants to hear meanwhile. Calls come from the threads that work, never two at once.
struct PositionListener {
  std::function<void(const PositionResults&, const PositionProgress&)> finished;  // after each run
  std::function<bool()> stopped = [] { return false; };  // asked after each epoch: true gives up what is under way
};

/// Trains every model of the columns asked for with every seed, and measures the controls. Splits, anchors and the
/// synthetic graphs depend on the seed alone, so that all models are given the same ones. Runs are shared out over
/// thread_count() threads, each run on one; figures do not depend on it.
/// from: what is known already, of an earlier call; its rows are kept, others are added.
/// Throws UsageError for unknown columns and models (listing the known ones), columns asked for by name that need
/// data where there is none, and where `from` was measured with other settings; InputError for data that is not what
/// it should be; NumericError naming the run in which numbers went bad.
PositionResults measure_position(const PositionBenchOptions& options, PositionResults from,
                                 const PositionListener& listener);

}  // namespace cairn::benchmarks
