#include "data/deal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace cairn {

void check_ratios(std::string_view what, const PartRatios& ratios) {
  const double sum = ratios[0] + ratios[1] + ratios[2];
  const double least = std::min({ratios[0], ratios[1], ratios[2]});
  if (least >= 0 && sum > 0 && sum <= 1 + 1e-9) return;  // a NaN fails as well
  throw UsageError(fmt::format("{}: expected ratios of at least 0 with a sum in (0, 1], found {}, {} and {}", what,
                               ratios[0], ratios[1], ratios[2]));
}

PartCounts part_counts(Index count, const PartRatios& ratios, Rng& rng) {
  PartCounts result{};
  std::array<double, 3> remainder{};
  double total = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    const double wanted = static_cast<double>(count) * ratios[part];
    result[part] = static_cast<Index>(std::floor(wanted + 1e-9));  // 0.2 * 15 must not become 2
    remainder[part] = wanted - static_cast<double>(result[part]);
    total += wanted;
  }
  std::array<std::size_t, 3> order{0, 1, 2};
  for (std::size_t left = 3; left > 1; --left) {
    std::swap(order[left - 1], order[static_cast<std::size_t>(rng.below(static_cast<Index>(left)))]);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b] + 1e-9; });
  Index missing = std::llround(total) - std::accumulate(result.begin(), result.end(), Index{0});
  for (std::size_t i = 0; i < 3 && missing > 0; ++i) {
    if (ratios[order[i]] <= 0) continue;
    ++result[order[i]];
    --missing;
  }
  return result;
}

}  // namespace cairn
