/// @file
/// Evenly spaced places on an axis of coordinates, and how they are fitted to data.
#pragma once

#include <optional>
#include <vector>

#include "position/encoding.h"

namespace cairn {

/// `count` places low, low + spacing, low + 2 spacing, ..., each with a cell of one spacing around it.
struct AxisGrid {
  double low = 0;         ///< the first place
  double spacing = 1;     ///< above 0
  Index count = 1;        ///< at least 1
  bool circular = false;  ///< whether the place after the last is the first

  /// Place j, also for j outside 0 .. count - 1.
  [[nodiscard]] double place(Index j) const { return low + static_cast<double>(j) * spacing; }
  /// Length of the axis: of one turn, where it is circular.
  [[nodiscard]] double length() const { return static_cast<double>(count) * spacing; }
  /// How far x lies above y; where the axis is circular, on the shorter way, in [-length / 2, length / 2].
  [[nodiscard]] double difference(double x, double y) const;
  /// The place in whose cell x lies (half way between two: the upper), or nothing outside all cells.
  [[nodiscard]] std::optional<Index> cell(double x) const;
};

/// [K], for each axis the range that an encoding is fitted to: as the options say, else from the least to the largest
/// known value of `data`, with the margin on both sides. An axis without known values takes the range of all others.
/// @throws UsageError where given ranges are not one or K, are empty or not finite; for no data, for circular axes
/// without ranges, and as check_width
[[nodiscard]] std::vector<AxisRange> fit_ranges(const Coordinates& data, const EncodingOptions& options);

/// A grid on each of fit_ranges(). spacing: about how far apart places stand, where options.count does not say how many
/// there are. A given range [low, high) is cut into equal parts, which start at the places; one from data reaches from
/// its first place to its last, and its margin is rounded up so that the least value stands at a place: whole numbers
/// of hops do, where the spacing is one.
/// @throws UsageError for more than most_places places, and as fit_ranges
[[nodiscard]] std::vector<AxisGrid> fit_grids(const Coordinates& data, const EncodingOptions& options, double spacing);
constexpr Index most_places = 65536;  ///< of a grid on one axis

/// From the first place to the last; where the axis is circular, all the way round.
[[nodiscard]] AxisRange range_of(const AxisGrid& grid);
/// Of each grid.
[[nodiscard]] std::vector<AxisRange> ranges_of(const std::vector<AxisGrid>& grids);

/// @throws UsageError unless width is finite and above 0 and count is not negative
void check_width(const EncodingOptions& options);

/// Writes grids, and reads them back. load_grids throws Error for grids that fit_grids could not have made.
void save_grids(StateWriter& state, const std::vector<AxisGrid>& grids);
[[nodiscard]] std::vector<AxisGrid> load_grids(const StateReader& state, Index axis_count);

}  // namespace cairn
