#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

/// Draws that splits of nodes, graphs and pairs share.
namespace cairn {

/// Shares of train, validation and test; what is left of 1 belongs to no part.
using PartRatios = std::array<double, 3>;
using PartCounts = std::array<Index, 3>;

/// Throws UsageError, beginning with `what`, unless the ratios are at least 0 with a sum in (0, 1].
void check_ratios(std::string_view what, const PartRatios& ratios);

/// Whole numbers close to count * ratio: rounded down, then one more for the largest remainders until they add up to
/// the rounded total. Equal remainders are drawn for: a fixed order would favor one part in each of many small groups.
PartCounts part_counts(Index count, const PartRatios& ratios, Rng& rng);

/// Puts values into an order of which each is equally likely.
template <class T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (auto left = static_cast<Index>(values.size()); left > 1; --left) {
    std::swap(values[static_cast<std::size_t>(left - 1)], values[static_cast<std::size_t>(rng.below(left))]);
  }
}

/// `count` different numbers of 0 .. bound - 1, ascending, each such set equally likely; all of them where count >=
/// bound. Time and memory grow with count alone. Source: Floyd, in Bentley, "Programming Pearls", CACM 30, 1987.
std::vector<std::int64_t> sample_below(std::int64_t bound, std::int64_t count, Rng& rng);

}  // namespace cairn
