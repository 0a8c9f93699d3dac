#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

namespace cairn::benchmarks {

/// A figure of one model by seed.
using SeedValues = std::map<std::uint64_t, double>;

/// What one model has over another, over the seeds that both have.
struct PairedDifference {
  std::size_t seeds = 0;
  double mean = 0;            ///< of the differences
  double standard_error = 0;  ///< of that mean; NaN for fewer than two seeds
  bool beats = false;         ///< the mean exceeds two standard errors; false for fewer than two seeds
};

/// differences: one a seed, of values that share all that the seed decides.
[[nodiscard]] PairedDifference paired_difference(std::span<const double> differences);
/// `model` less `other`, for each seed that both have.
[[nodiscard]] PairedDifference paired_difference(const SeedValues& model, const SeedValues& other);

}  // namespace cairn::benchmarks
