#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/machine.h"
#include "core/types.h"

namespace cairn::benchmarks {

struct ParseBenchOptions {
  bool smoke = false;  // 100,000 edges instead: shows that it runs and is right
  std::uint64_t seed = 0;
  std::vector<int> threads{1, 2};  // counts that are tried, each against the same file
};

/// How long a text edge list took from a warm file to a Graph.
struct ParseTiming {
  int threads = 1;
  Index edges = 0;
  double file_bytes = 0;
  Spread seconds;
  double edges_per_second_per_core = 0;  // from the median
};

/// Writes a csv of random integer edges (10 million between a million nodes) to a temporary file and reads it several
/// times with each count of threads. Throws NumericError where a graph differs from the one built of the same edges in
/// memory.
std::vector<ParseTiming> time_parsing(const ParseBenchOptions& options);

/// A line a timing.
std::string format_parsing(const std::vector<ParseTiming>& timings);

}  // namespace cairn::benchmarks
