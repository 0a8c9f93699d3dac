#include "position/axis_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "position/encoding_state.h"

namespace cairn {

namespace {

/// Quotients that rounding has lifted above a whole number by less than this count as that number.
constexpr double rounding = 1e-9;

double margin_of(AxisRange data, const EncodingOptions& options) {
  return options.margin >= 0 ? options.margin : std::max(2 * options.width, (data.high - data.low) / 4);
}

/// [K], least and largest known values.
std::vector<AxisRange> data_ranges(const Coordinates& data) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  AxisRange all{infinity, -infinity};
  std::vector<AxisRange> ranges(static_cast<std::size_t>(data.axis_count()), all);
  for (Index node = 0; node < data.node_count(); ++node) {
    for (Index axis = 0; axis < data.axis_count(); ++axis) {
      if (!data.is_valid(node, axis)) continue;
      const auto value = static_cast<double>(data.values.at(node, axis));
      AxisRange& range = ranges[static_cast<std::size_t>(axis)];
      range = {std::min(range.low, value), std::max(range.high, value)};
      all = {std::min(all.low, value), std::max(all.high, value)};
    }
  }
  if (all.low > all.high) all = {0, 0};
  for (AxisRange& range : ranges) range = range.low > range.high ? all : range;
  return ranges;
}

std::vector<AxisRange> given_ranges(Index axis_count, const EncodingOptions& options) {
  const auto count = static_cast<Index>(options.ranges.size());
  if (count != 1 && count != axis_count) {
    throw UsageError(fmt::format("encoding: expected 1 range or {}, found {}", axis_count, count));
  }
  for (const AxisRange range : options.ranges) {
    if (std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high) continue;
    throw UsageError(fmt::format("encoding: expected a range from low to high, found {} to {}", range.low, range.high));
  }
  if (count == axis_count) return options.ranges;
  return std::vector<AxisRange>(static_cast<std::size_t>(axis_count), options.ranges.front());
}

Index checked_places(double places) {
  if (places > static_cast<double>(most_places)) {
    throw UsageError(fmt::format("encoding: a width this small needs {:.0f} columns an axis; at most {} are made",
                                 places, most_places));
  }
  return std::max<Index>(1, static_cast<Index>(places));
}

AxisGrid grid_of_given(AxisRange range, const EncodingOptions& options, double spacing) {
  const double length = range.high - range.low;
  const double places = options.count > 0 ? static_cast<double>(options.count) : std::ceil(length / spacing - rounding);
  const Index count = checked_places(places);
  return {range.low, length / static_cast<double>(count), count, options.circular};
}

AxisGrid grid_of_data(AxisRange data, const EncodingOptions& options, double spacing) {
  const double margin = margin_of(data, options);
  if (options.count > 0) {
    const Index count = checked_places(static_cast<double>(options.count));
    const double length = data.high - data.low + 2 * margin;
    // One place has the middle of the range to itself.
    if (count == 1) return {(data.low + data.high) / 2, length > 0 ? length : spacing, 1, false};
    const double step = length / static_cast<double>(count - 1);
    return {data.low - margin, step > 0 ? step : spacing, count, false};
  }
  const double before = std::ceil(margin / spacing - rounding);
  const double after = std::ceil((data.high - data.low + margin) / spacing - rounding);
  return {data.low - before * spacing, spacing, checked_places(before + after + 1), false};
}

void check_fit(const Coordinates& data, const EncodingOptions& options) {
  check_width(options);
  check_coordinates(data);
  if (data.node_count() == 0 || data.axis_count() == 0) {
    throw UsageError(fmt::format("encoding: expected nodes and axes to fit it to, found {} and {}", data.node_count(),
                                 data.axis_count()));
  }
  if (options.circular && options.ranges.empty()) {
    throw UsageError("encoding: a circular axis needs its range: where it closes cannot be seen from data");
  }
}

}  // namespace

double AxisGrid::difference(double x, double y) const {
  const double plain = x - y;
  return circular ? plain - length() * std::round(plain / length()) : plain;
}

std::optional<Index> AxisGrid::cell(double x) const {
  double j = std::floor((x - low) / spacing + 0.5);
  if (circular) j -= static_cast<double>(count) * std::floor(j / static_cast<double>(count));
  if (!(j >= 0 && j < static_cast<double>(count))) return std::nullopt;
  return static_cast<Index>(j);
}

void check_width(const EncodingOptions& options) {
  if (!std::isfinite(options.width) || options.width <= 0) {
    throw UsageError(fmt::format("encoding: expected a width above 0, found {}", options.width));
  }
  if (options.count < 0) {
    throw UsageError(fmt::format("encoding: expected a count of at least 0, found {}", options.count));
  }
  if (!std::isfinite(options.margin)) {
    throw UsageError(fmt::format("encoding: expected a finite margin, found {}", options.margin));
  }
}

std::vector<AxisRange> fit_ranges(const Coordinates& data, const EncodingOptions& options) {
  check_fit(data, options);
  if (!options.ranges.empty()) return given_ranges(data.axis_count(), options);
  std::vector<AxisRange> ranges = data_ranges(data);
  for (AxisRange& range : ranges) {
    const double margin = margin_of(range, options);
    range = {range.low - margin, range.high + margin};
  }
  return ranges;
}

std::vector<AxisGrid> fit_grids(const Coordinates& data, const EncodingOptions& options, double spacing) {
  check_fit(data, options);
  const bool given = !options.ranges.empty();
  std::vector<AxisGrid> grids;
  for (const AxisRange range : given ? given_ranges(data.axis_count(), options) : data_ranges(data)) {
    grids.push_back(given ? grid_of_given(range, options, spacing) : grid_of_data(range, options, spacing));
  }
  return grids;
}

AxisRange range_of(const AxisGrid& grid) {
  return {grid.low, grid.circular ? grid.low + grid.length() : grid.place(grid.count - 1)};
}

std::vector<AxisRange> ranges_of(const std::vector<AxisGrid>& grids) {
  std::vector<AxisRange> ranges(grids.size());
  std::transform(grids.begin(), grids.end(), ranges.begin(), range_of);
  return ranges;
}

void save_grids(StateWriter& state, const std::vector<AxisGrid>& grids) {
  std::vector<double> places;
  std::vector<std::int64_t> counts;
  for (const AxisGrid& grid : grids) {
    places.insert(places.end(), {grid.low, grid.spacing});
    counts.insert(counts.end(), {grid.count, grid.circular ? 1 : 0});
  }
  state.numbers("grid.places", places, 2);
  state.whole("grid.counts", counts);
}

std::vector<AxisGrid> load_grids(const StateReader& state, Index axis_count) {
  const std::vector<double> places = state.numbers("grid.places", 2 * axis_count);
  const std::vector<std::int64_t> counts = state.whole("grid.counts", 2 * axis_count);
  std::vector<AxisGrid> grids;
  for (std::size_t i = 0; i < places.size(); i += 2) {
    if (places[i + 1] <= 0) state.fail("grid.places", "has a spacing that is not above 0");
    if (counts[i] < 1 || counts[i] > most_places) state.fail("grid.counts", "has a count of places out of range");
    grids.push_back({places[i], places[i + 1], static_cast<Index>(counts[i]), counts[i + 1] != 0});
  }
  return grids;
}

}  // namespace cairn
