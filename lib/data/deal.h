#pragma once

#include <array>
#include <string_view>

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

}  // namespace cairn
