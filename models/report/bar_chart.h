#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Bars below a name: what a choice was made among.
struct BarGroup {
  std::string name;
  std::vector<std::string> labels;  // of the bars
  std::vector<double> values;
  std::vector<std::string> notes;  // behind each bar; empty: the value
  std::size_t chosen = 0;          // drawn full, the others hollow; labels.size(): none
};

/// Horizontal bars in groups, one scale for all of a group, from its least value less a tenth of its range on: groups
/// are not compared with each other. A value that is not finite has no bar.
struct BarChart {
  std::string heading, caption, value_name;
  std::vector<BarGroup> groups;
};

namespace report {

/// The chart as <figure>, without its heading; id: unique on the page.
/// Throws ShapeError unless each group has as many values as labels, and as many notes or none.
std::string bar_chart_figure(const BarChart& chart, std::string_view id);

}  // namespace report

}  // namespace cairn
