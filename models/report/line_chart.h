#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// A line through the points (x[i], y[i]) in their order.
struct Series {
  std::string name;
  std::vector<double> x, y;
  std::vector<double> spread;  // empty: none; else a band y +- spread
  bool ringed = false;         // no line: each point alone, in a ring, as what a reader looks for first
};

/// Lines over a common pair of axes, the legend below. A point that has no place (not finite, beyond 1e300, or not
/// above zero on a logarithmic axis) leaves a gap in its line and is counted below the chart.
struct LineChart {
  std::string heading, caption, x_label, y_label;
  std::vector<Series> series;  // 32 looks (8 colors, 4 dashes), then again from the first
  bool log_x = false, log_y = false;
};

namespace report {

/// The chart as <figure>, without its heading; id: unique on the page.
/// Throws ShapeError unless each series has as many y as x, and as many spreads or none.
std::string line_chart_figure(const LineChart& chart, std::string_view id);

}  // namespace report

}  // namespace cairn
