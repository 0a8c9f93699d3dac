#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/report/scale.h"

namespace cairn::report {

/// Width of every drawing in its own units; a page scales it to what it has.
inline constexpr double drawing_width = 720;

struct AxesOptions {
  bool log_x = false;
  bool log_y = false;
  bool same_unit = false;  // as a map has it: one step along x is as long as one along y. Linear axes only
  bool named = true;       // false: no room is left for names of the axes
  double height = 380;     // of the drawing
};

/// The frame of a chart: two scales that hold the given ranges, ticks, grid, labels.
class Axes {
 public:
  /// Ranges of what is drawn; empty ones are allowed. Both are widened a little, one of them more for `same_unit`.
  Axes(const Range& x, const Range& y, const AxesOptions& options);

  /// Where a value stands in the drawing.
  double x(double value) const { return x_.pixel(value); }
  double y(double value) const { return y_.pixel(value); }
  const Range& x_range() const { return x_.range(); }
  const Range& y_range() const { return y_.range(); }
  /// Grid, frame, tick labels and the names of the axes, as elements of an SVG drawing; "no points" in its middle where
  /// both ranges were empty.
  std::string svg(std::string_view x_label, std::string_view y_label) const;

 private:
  bool empty_;
  double left_;  // of the plot area: as far in as the longest label of y needs
  double bottom_;
  Scale x_;
  Scale y_;
};

}  // namespace cairn::report
