#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace cairn {

/// log(exp(log_at(0)) + ... + exp(log_at(count - 1))), added in this order; count > 0.
template <class LogAt>
double log_sum_exp(std::size_t count, const LogAt& log_at) {
  double highest = log_at(0);
  for (std::size_t k = 1; k < count; ++k) highest = std::max(highest, log_at(k));
  double sum = 0;
  // Most predecessors have equal counts, and exp(0) is known.
  for (std::size_t k = 0; k < count; ++k) sum += log_at(k) == highest ? 1.0 : std::exp(log_at(k) - highest);
  return sum == 1 ? highest : highest + std::log(sum);
}

}  // namespace cairn
