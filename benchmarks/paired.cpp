#include "benchmarks/paired.h"

#include <cmath>
#include <limits>
#include <vector>

#include "data/metrics.h"

namespace cairn::benchmarks {

namespace {
constexpr double errors_that_count = 2;
}

PairedDifference paired_difference(std::span<const double> differences) {
  const MeanStd summary = mean_std(differences);
  PairedDifference result{.seeds = differences.size(), .mean = summary.mean};
  result.standard_error = differences.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                                 : summary.std / std::sqrt(static_cast<double>(differences.size()));
  result.beats = result.mean > errors_that_count * result.standard_error;  // false for NaN
  return result;
}

PairedDifference paired_difference(const SeedValues& model, const SeedValues& other) {
  std::vector<double> differences;
  for (const auto& [seed, value] : model) {
    const auto found = other.find(seed);
    if (found != other.end()) differences.push_back(value - found->second);
  }
  return paired_difference(differences);
}

}  // namespace cairn::benchmarks
