#include "models/report/line_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "core/error.h"
#include "models/report/axes.h"
#include "models/report/figure.h"
#include "models/report/markup.h"
#include "models/report/palette.h"

namespace cairn::report {

namespace {

constexpr std::size_t dash_count = 4;  // solid and three more, in the page's style
constexpr std::size_t most_dots = 40;  // points of a series that are marked one by one
constexpr double dot_radius = 3;
constexpr double ring_radius = 8;

struct Point {
  double x = 0;
  double y = 0;
  double spread = -1;  // below 0: none
};

/// A series without the points that have no place, cut where they stood.
struct Line {
  std::vector<std::vector<Point>> pieces;
  std::size_t points = 0;
};

struct LeftOut {
  std::size_t not_finite = 0;
  std::size_t not_positive = 0;
  std::size_t without_band = 0;
};

void check(const Series& series) {
  if (series.x.size() == series.y.size() && (series.spread.empty() || series.spread.size() == series.x.size())) return;
  throw ShapeError(fmt::format("report: series '{}' has {} x, {} y and {} spreads", series.name, series.x.size(),
                               series.y.size(), series.spread.size()));
}

Line placed(const Series& series, const LineChart& chart, LeftOut& left_out) {
  check(series);
  Line line;
  bool gap = true;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    Point point{series.x[i], series.y[i]};
    if (!has_place(point.x, chart.log_x) || !has_place(point.y, chart.log_y)) {
      const bool finite = has_place(point.x, false) && has_place(point.y, false);
      ++(finite ? left_out.not_positive : left_out.not_finite);
      gap = true;
      continue;
    }
    if (!series.spread.empty()) {
      const bool usable = has_place(series.spread[i], false) && series.spread[i] >= 0;
      if (usable) point.spread = series.spread[i];
      if (!usable) ++left_out.without_band;
    }
    if (gap) line.pieces.emplace_back();
    gap = false;
    line.pieces.back().push_back(point);
    ++line.points;
  }
  return line;
}

std::vector<std::string> notes(const LeftOut& left_out, const LineChart& chart) {
  std::vector<std::string> result;
  if (left_out.not_finite > 0)
    result.push_back(counted(left_out.not_finite, "point") + " not drawn: a coordinate is not a finite number.");
  if (left_out.not_positive > 0) {
    result.push_back(counted(left_out.not_positive, "point") +
                     " not drawn: a coordinate is not above 0, and its axis is logarithmic.");
  }
  if (left_out.without_band > 0) {
    result.push_back(counted(left_out.without_band, "point") +
                     " drawn without a band: the spread is not a finite number of at least 0.");
  }
  if (chart.series.size() > color_count * dash_count)
    result.push_back(fmt::format("Colors and dashes repeat after {} series.", color_count * dash_count));
  return result;
}

/// The lower end of a band may not be above zero where the axis is logarithmic: it then reaches the axis's end.
double band_low(const Point& point, const LineChart& chart, const Axes& axes) {
  const double low = point.y - point.spread;
  return chart.log_y ? std::max(low, axes.y_range().low) : low;
}

Axes axes_around(std::span<const Line> lines, const LineChart& chart) {
  Range x;
  Range y;
  for (const Line& line : lines) {
    for (const auto& piece : line.pieces) {
      for (const Point& point : piece) {
        x.include(point.x);
        y.include(point.y);
        if (point.spread < 0) continue;
        y.include(point.y + point.spread);
        if (has_place(point.y - point.spread, chart.log_y)) y.include(point.y - point.spread);
      }
    }
  }
  return {x, y, {.log_x = chart.log_x, .log_y = chart.log_y}};
}

/// " x y" for each point; one that falls on the place of the one before it adds nothing.
class PathPoints {
 public:
  void add(double x, double y) {
    std::string place = fmt::format(" {} {}", pixels(x), pixels(y));
    if (place == last_) return;
    text_ += place;
    last_ = std::move(place);
    ++places_;
  }
  std::string text() const { return text_.empty() ? text_ : text_.substr(1); }
  std::size_t places() const { return places_; }

 private:
  std::string text_;
  std::string last_;
  std::size_t places_ = 0;
};

/// The band over points of a piece that all have a spread; over a single one a bar.
std::string band(std::span<const Point> points, const LineChart& chart, const Axes& axes) {
  if (points.size() == 1) {
    const Point& point = points.front();
    return fmt::format("<path class=\"line\" d=\"M{} {}V{}\"/>\n", pixels(axes.x(point.x)),
                       pixels(axes.y(band_low(point, chart, axes))), pixels(axes.y(point.y + point.spread)));
  }
  PathPoints outline;
  for (const Point& point : points) outline.add(axes.x(point.x), axes.y(point.y + point.spread));
  for (std::size_t i = points.size(); i-- > 0;)
    outline.add(axes.x(points[i].x), axes.y(band_low(points[i], chart, axes)));
  return fmt::format("<path class=\"band\" d=\"M{}Z\"/>\n", outline.text());
}

std::string bands(const Line& line, const LineChart& chart, const Axes& axes) {
  std::string result;
  for (const std::vector<Point>& piece : line.pieces) {
    const auto has_spread = [](const Point& point) { return point.spread >= 0; };
    for (auto begin = piece.begin(); begin != piece.end();) {
      begin = std::find_if(begin, piece.end(), has_spread);
      const auto end = std::find_if_not(begin, piece.end(), has_spread);
      if (begin != end) result += band({begin, end}, chart, axes);
      begin = end;
    }
  }
  return result;
}

std::string dot(const Point& point, std::string_view name, const Axes& axes) {
  const std::string spread = point.spread >= 0 ? " +- " + number_text(point.spread) : "";
  return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}: {}, {}{}</title></circle>\n",
                     pixels(axes.x(point.x)), pixels(axes.y(point.y)), dot_radius, escaped(name), number_text(point.x),
                     number_text(point.y), spread);
}

std::string line_and_dots(const Line& line, std::string_view name, std::string_view dash, const Axes& axes) {
  std::string path;
  std::string dots;
  for (const std::vector<Point>& piece : line.pieces) {
    PathPoints points;
    for (const Point& point : piece) points.add(axes.x(point.x), axes.y(point.y));
    if (points.places() > 1) path.append("M").append(points.text());
    if (line.points <= most_dots) {
      for (const Point& point : piece) dots += dot(point, name, axes);
    } else if (points.places() == 1) {
      dots += dot(piece.front(), name, axes);  // a line of no length would not be seen
    }
  }
  if (!path.empty()) path = fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", dash, path);
  return path + dots;
}

/// The points of a series that has no line.
std::string rings(const Line& line, std::string_view name, const Axes& axes) {
  std::string result;
  for (const std::vector<Point>& piece : line.pieces) {
    for (const Point& point : piece) {
      result += dot(point, name, axes);
      result += fmt::format("<circle class=\"hollow\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", pixels(axes.x(point.x)),
                            pixels(axes.y(point.y)), ring_radius);
    }
  }
  return result;
}

/// What stands for a series in the legend.
std::string key(const Series& series, std::size_t i, std::string_view dash, bool has_points) {
  const std::string name = has_points ? series.name : series.name + " (no points)";
  if (!series.ringed)
    return legend_item(color_class(i), fmt::format("<path class=\"line {}\" d=\"M0 6H28\"/>", dash), name);
  return legend_item("dots " + color_class(i),
                     "<circle cx=\"14\" cy=\"6\" r=\"2\"/><circle class=\"hollow\" cx=\"14\" cy=\"6\" r=\"5\"/>", name);
}

std::string describe(const LineChart& chart, std::span<const Line> lines) {
  const auto axis = [](const std::string& label, bool logarithmic) {
    return (label.empty() ? "no name" : label) + (logarithmic ? " (logarithmic)" : "");
  };
  std::string text = fmt::format("Line chart. Horizontal axis: {}. Vertical axis: {}.",
                                 axis(chart.x_label, chart.log_x), axis(chart.y_label, chart.log_y));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += fmt::format(" {}: {}", chart.series[i].name, counted(lines[i].points, "point"));
    if (lines[i].points > 0) {
      const Point& last = lines[i].pieces.back().back();
      text += fmt::format(", the last at {}, {}", number_text(last.x), number_text(last.y));
    }
    text += ".";
  }
  return text;
}

}  // namespace

std::string line_chart_figure(const LineChart& chart, std::string_view id) {
  LeftOut left_out;
  std::vector<Line> lines;
  for (const Series& series : chart.series) lines.push_back(placed(series, chart, left_out));
  const Axes axes = axes_around(lines, chart);

  std::string drawing = axes.svg(chart.x_label, chart.y_label);
  std::string legend;
  // All bands first: they would veil the lines of other series.
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string shapes = bands(lines[i], chart, axes);
    if (!shapes.empty()) drawing += fmt::format("<g class=\"{}\">\n{}</g>\n", color_class(i), shapes);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Series& series = chart.series[i];
    const std::string dash = fmt::format("d{}", i / color_count % dash_count);
    const std::string shapes =
        series.ringed ? rings(lines[i], series.name, axes) : line_and_dots(lines[i], series.name, dash, axes);
    if (!shapes.empty()) drawing += fmt::format("<g class=\"dots {}\">\n{}</g>\n", color_class(i), shapes);
    legend += key(series, i, dash, lines[i].points > 0);
  }
  return figure_html({.id = std::string(id),
                      .title = chart.heading.empty() ? "Line chart" : chart.heading,
                      .description = describe(chart, lines),
                      .drawing = drawing,
                      .legend = legend_list(legend),
                      .caption = chart.caption,
                      .notes = notes(left_out, chart)});
}

}  // namespace cairn::report
