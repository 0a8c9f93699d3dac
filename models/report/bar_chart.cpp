#include "models/report/bar_chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "models/report/axes.h"
#include "models/report/figure.h"
#include "models/report/markup.h"
#include "models/report/scale.h"

namespace cairn::report {

namespace {

constexpr double row_height = 20;
constexpr double bar_height = 13;
constexpr double heading_height = 30;
constexpr double first_pixel = 170;  // labels stand left of it
constexpr double last_pixel = 590;   // notes stand right of it

void check(const BarGroup& group) {
  if (group.values.size() == group.labels.size() &&
      (group.notes.empty() || group.notes.size() == group.labels.size())) {
    return;
  }
  throw ShapeError(fmt::format("bar chart: '{}' has {} labels, {} values and {} notes", group.name, group.labels.size(),
                               group.values.size(), group.notes.size()));
}

std::string group_svg(const BarGroup& group, double top) {
  Range range;
  for (const double value : group.values) {
    if (has_place(value, false)) range.include(value);
  }
  const Scale scale(widened(range, false, 0.1), false, first_pixel, last_pixel);
  std::string svg = fmt::format("<text x=\"8\" y=\"{}\" font-weight=\"bold\">{}</text>\n",
                                pixels(top + heading_height - 10), escaped(group.name));
  for (std::size_t i = 0; i < group.labels.size(); ++i) {
    const double y = top + heading_height + row_height * static_cast<double>(i);
    const bool drawn = has_place(group.values[i], false);
    const double end = drawn ? scale.pixel(group.values[i]) : first_pixel;
    svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", pixels(first_pixel - 8),
                       pixels(y + 11), escaped(group.labels[i]));
    if (drawn) {
      svg += fmt::format("<path class=\"{}\" d=\"M{} {}H{}V{}H{}Z\"/>\n", i == group.chosen ? "full" : "hollow",
                         pixels(first_pixel), pixels(y), pixels(end), pixels(y + bar_height), pixels(first_pixel));
    }
    const std::string note = group.notes.empty() ? number_text(group.values[i]) : group.notes[i];
    svg += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", pixels(end + 6), pixels(y + 11), escaped(note));
  }
  return svg;
}

std::string describe(const BarChart& chart) {
  std::string text = fmt::format("Bar chart of {}.", chart.value_name.empty() ? "values" : chart.value_name);
  for (const BarGroup& group : chart.groups) {
    text += fmt::format(" {}:", group.name);
    for (std::size_t i = 0; i < group.labels.size(); ++i) {
      text += fmt::format("{} {} {}{}", i == 0 ? "" : ",", group.labels[i], number_text(group.values[i]),
                          i == group.chosen ? " (chosen)" : "");
    }
    text += ".";
  }
  return text;
}

}  // namespace

std::string bar_chart_figure(const BarChart& chart, std::string_view id) {
  std::string drawing = fmt::format("<g class=\"dots {}\">\n", color_class(0));
  double top = 0;
  for (const BarGroup& group : chart.groups) {
    check(group);
    drawing += group_svg(group, top);
    top += heading_height + row_height * static_cast<double>(group.labels.size());
  }
  return figure_html({.id = std::string(id),
                      .title = chart.heading.empty() ? "Bar chart" : chart.heading,
                      .description = describe(chart),
                      .height = std::max(top, row_height),
                      .drawing = drawing + "</g>\n",
                      .legend = {},
                      .caption = chart.caption,
                      .notes = {}});
}

}  // namespace cairn::report
