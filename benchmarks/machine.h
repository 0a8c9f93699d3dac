#pragma once

#include "core/types.h"

namespace cairn::benchmarks {

/// Seconds that one run of something took, over several runs.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

/// Runs work() once to warm up, then until `seconds` have passed and at least `fewest` runs are done.
template <class Work>
Spread time_runs(const Work& work, double seconds, int fewest);

/// What this machine can do with the threads that are set, in the same run as what is measured against it.
struct MachineLimits {
  double memory_bytes_per_second = 0;  // reads and writes of a copy between arrays too large for its caches
  double product_operations_per_second =
      0;  // OpenBLAS's square product, one a thread; an addition and a product are two
};

/// smoke: arrays of a few megabytes, in milliseconds; the figures then mean little.
MachineLimits measure_limits(bool smoke);

/// Bytes per second at which rows of `row_bytes`, at random places of a table of `row_count`, come into the first-level
/// cache, counting whole cache lines: what bounds a sparse product, whatever it computes.
double measure_gather(Index row_count, Index row_bytes, bool smoke);

}  // namespace cairn::benchmarks

#include <algorithm>
#include <chrono>
#include <vector>

namespace cairn::benchmarks {

template <class Work>
Spread time_runs(const Work& work, double seconds, int fewest) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  work();
  std::vector<double> times;
  const auto start = Clock::now();
  while (static_cast<int>(times.size()) < fewest || (since(start) < seconds && times.size() < 10000)) {
    const auto run_start = Clock::now();
    work();
    times.push_back(since(run_start));
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front(), times.back()};
}

}  // namespace cairn::benchmarks
