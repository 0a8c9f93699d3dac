#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/machine.h"

namespace cairn::benchmarks {

struct KernelBenchOptions {
  bool smoke = false;  // tiny sizes, in seconds: shows that everything runs and is right, not how fast it is
  std::uint64_t seed = 0;
};

/// How long one kernel took on one size, after its result was verified.
struct KernelTiming {
  std::string name;
  std::string size;
  double median_seconds = 0;
  double min_seconds = 0;
  double max_seconds = 0;
  double bytes = 0;  // that the kernel has to read and write; a gathered row counts each time, in whole cache lines
  double operations = 0;      // floating-point: an addition and a product are two
  double share_of_limit = 0;  // of the median: what the limit alone would take, over what was taken
  std::string limit;          // memory (copy), gather (random rows) or product (square OpenBLAS)
};

/// Measures the machine's limits, then each kernel against the one that bounds it.
/// Throws NumericError naming the kernel and the size where a result differs from a plain sum in double.
std::vector<KernelTiming> time_kernels(const KernelBenchOptions& options);

/// A line a timing: size, median, spread, gigabytes and billions of operations per second, share of the limit.
std::string format_timings(const std::vector<KernelTiming>& timings);

}  // namespace cairn::benchmarks
