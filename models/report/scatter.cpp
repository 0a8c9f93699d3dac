#include "models/report/scatter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/rng.h"
#include "models/report/axes.h"
#include "models/report/figure.h"
#include "models/report/markup.h"
#include "models/report/palette.h"

namespace cairn::report {

namespace {

constexpr std::size_t most_points = 5000;  // about half a megabyte of page
constexpr double height = 440;
constexpr double ramp_width = 300;

// Each shape within a circle of radius 1; area, not width, makes a mark heavy, hence the different reach.
constexpr std::array<std::string_view, 4> shapes{"circle", "square", "triangle", "diamond"};
constexpr std::size_t look_count = color_count * shapes.size() * 2;  // filled, then hollow

void check(const Scatter& scatter) {
  const auto require = [&](std::size_t size, std::string_view what) {
    if (size == 0 || size == scatter.points.size()) return;
    throw ShapeError(fmt::format("report: {} for {}", counted(size, what), counted(scatter.points.size(), "point")));
  };
  require(scatter.point_names.size(), "name");
  require(scatter.category.size(), "category index");
  require(scatter.value.size(), "value");
  if (!scatter.category.empty() && !scatter.value.empty())
    throw ShapeError("report: a scatter is colored by category or by value, found both");
  const auto names = static_cast<std::int64_t>(scatter.category_names.size());
  for (const std::int32_t category : scatter.category) {
    if (category < names) continue;
    throw ShapeError(fmt::format("report: category {} of a point, and {}", category,
                                 counted(scatter.category_names.size(), "category name")));
  }
}

/// `count` of the indices, each set as likely as another, in their order; always the same ones.
std::vector<std::size_t> fixed_sample(std::vector<std::size_t> indices, std::size_t count) {
  Rng rng = Rng(0).split("report scatter");
  for (std::size_t i = 0; i < count; ++i) {
    const auto left = static_cast<Index>(indices.size() - i);
    std::swap(indices[i], indices[i + static_cast<std::size_t>(rng.below(left))]);
  }
  indices.resize(count);
  std::sort(indices.begin(), indices.end());
  return indices;
}

std::string attributes_of(std::string_view css_class, std::string_view color) {
  return color.empty() ? fmt::format("class=\"{}\"", css_class) : fmt::format("color=\"{}\"", color);
}

/// A mark about (x, y) as an element that is left open, for a tooltip: "<path d=...>", and how it ends: "</path>".
std::pair<std::string, std::string_view> mark(double x, double y, double radius, std::size_t shape,
                                              std::string_view attributes) {
  const auto path = [&](const std::string& outline) {
    return std::pair(fmt::format("<path {} d=\"{}\">", attributes, outline), std::string_view("</path>"));
  };
  switch (shape % shapes.size()) {
    case 1: {
      const double half = 0.88 * radius;
      return path(
          fmt::format("M{} {}h{w}v{w}h-{w}z", pixels(x - half), pixels(y - half), fmt::arg("w", pixels(2 * half))));
    }
    case 2: {
      const double half = 1.2 * radius;
      return path(fmt::format("M{} {}h{}L{} {}z", pixels(x - half), pixels(y + 0.75 * half), pixels(2 * half),
                              pixels(x), pixels(y - 1.15 * half)));
    }
    case 3: {
      const std::string reach = pixels(1.25 * radius);
      return path(fmt::format("M{} {}l{r} {r}l-{r} {r}l-{r} -{r}z", pixels(x), pixels(y - 1.25 * radius),
                              fmt::arg("r", reach)));
    }
    default:
      return {fmt::format("<circle {} cx=\"{}\" cy=\"{}\" r=\"{}\">", attributes, pixels(x), pixels(y), pixels(radius)),
              "</circle>"};
  }
}

struct Look {
  std::string css_class;
  std::size_t shape = 0;
};

Look look_of_category(std::int32_t category) {
  if (category < 0) return {"none", 0};
  const auto i = static_cast<std::size_t>(category);
  const bool hollow = i / (color_count * shapes.size()) % 2 == 1;
  return {color_class(i) + (hollow ? " hollow" : ""), i / color_count % shapes.size()};
}

/// What is drawn of a scatter, and how.
class Picture {
 public:
  Picture(const Scatter& scatter, std::string_view id);
  std::string html() const;

 private:
  std::string marks() const;
  std::string tooltip(std::size_t i) const;
  std::string legend() const;
  std::string ramp() const;
  std::string no_value_item() const;
  std::string describe() const;
  std::vector<std::string> notes() const;
  bool has_value(std::size_t i) const { return has_place(scatter_.value[i], false); }
  double share(double value) const;

  const Scatter& scatter_;
  std::string id_;
  std::vector<std::size_t> placed_;  // points that have a place
  std::vector<std::size_t> drawn_;
  Range x_, y_;  // of all placed points, so that a sample does not move the frame
  Range values_;
};

Picture::Picture(const Scatter& scatter, std::string_view id) : scatter_(scatter), id_(id) {
  check(scatter);
  for (std::size_t i = 0; i < scatter.points.size(); ++i) {
    const auto& [x, y] = scatter.points[i];
    if (!has_place(x, false) || !has_place(y, false)) continue;
    placed_.push_back(i);
    x_.include(x);
    y_.include(y);
    if (!scatter.value.empty() && has_value(i)) values_.include(scatter.value[i]);
  }
  drawn_ = placed_.size() > most_points ? fixed_sample(placed_, most_points) : placed_;
}

double Picture::share(double value) const {
  return values_.low < values_.high ? (value - values_.low) / (values_.high - values_.low) : 0.5;
}

std::string Picture::tooltip(std::size_t i) const {
  if (scatter_.point_names.empty()) return {};
  std::string text = scatter_.point_names[i];
  if (!scatter_.category.empty() && scatter_.category[i] >= 0)
    text += ": " + scatter_.category_names[static_cast<std::size_t>(scatter_.category[i])];
  if (!scatter_.value.empty()) text += ": " + number_text(scatter_.value[i]);
  return fmt::format("<title>{}</title>", escaped(text));
}

std::string Picture::marks() const {
  const Axes axes(x_, y_, {.same_unit = true, .named = false, .height = height});
  const double radius = drawn_.size() > 1000 ? 2.4 : drawn_.size() > 250 ? 3.2 : 4.5;
  std::string result = axes.svg("", "") + "<g class=\"dots\">\n";
  for (const std::size_t i : drawn_) {
    Look look{color_class(0), 0};
    std::string color;
    if (!scatter_.category.empty()) look = look_of_category(scatter_.category[i]);
    if (!scatter_.value.empty() && has_value(i)) color = ramp_color(share(scatter_.value[i]));
    if (!scatter_.value.empty() && !has_value(i)) look.css_class = "none";
    const auto [begin, end] = mark(axes.x(scatter_.points[i][0]), axes.y(scatter_.points[i][1]), radius, look.shape,
                                   attributes_of(look.css_class, color));
    result += begin + tooltip(i);
    result.append(end).append("\n");
  }
  return result + "</g>\n";
}

/// The bar of colors with its numbers.
std::string Picture::ramp() const {
  if (values_.empty()) return {};
  const Range shown = values_.low < values_.high ? values_ : widened(values_, false, 0);
  const Scale scale(shown, false, 20, 20 + ramp_width);
  std::string labels;
  for (const Tick& tick : scale.ticks(6)) {
    const std::string x = pixels(scale.pixel(tick.value));
    labels +=
        fmt::format("<path class=\"frame\" d=\"M{} 14v4\"/><text x=\"{}\" y=\"30\" text-anchor=\"middle\">{}</text>", x,
                    x, escaped(tick.label));
  }
  return fmt::format(
      "<div class=\"ramp\">{}<svg viewBox=\"0 0 {} 34\" aria-hidden=\"true\"><defs><linearGradient id=\"{}-ramp\">{}"
      "</linearGradient></defs><rect x=\"20\" y=\"2\" width=\"{}\" height=\"12\" fill=\"url(#{}-ramp)\"/>"
      "<g class=\"ticks\">{}</g></svg></div>\n",
      text_element("span", "", scatter_.value_name), ramp_width + 40, id_, ramp_stops(), ramp_width, id_, labels);
}

std::string Picture::no_value_item() const {
  const auto [begin, end] = mark(14, 6, 4.5, 0, attributes_of("none", ""));
  return legend_item("dots", begin + std::string(end), scatter_.category.empty() ? "no value" : "no category");
}

std::string Picture::legend() const {
  std::vector<bool> used(scatter_.category_names.size());
  bool some_without = false;
  for (const std::size_t i : drawn_) {
    if (!scatter_.value.empty() && !has_value(i)) some_without = true;
    if (scatter_.category.empty()) continue;
    if (scatter_.category[i] < 0) some_without = true;
    if (scatter_.category[i] >= 0) used[static_cast<std::size_t>(scatter_.category[i])] = true;
  }
  std::string items;
  for (std::size_t c = 0; c < used.size(); ++c) {
    if (!used[c]) continue;
    const Look look = look_of_category(static_cast<std::int32_t>(c));
    const auto [begin, end] = mark(14, 6, 4.5, look.shape, attributes_of(look.css_class, ""));
    items += legend_item("dots", begin + std::string(end), scatter_.category_names[c]);
  }
  if (some_without) items += no_value_item();
  return ramp() + legend_list(items);
}

std::string Picture::describe() const {
  std::string text = fmt::format("Scatter plot of {}.", counted(drawn_.size(), "point"));
  if (!scatter_.category.empty())
    text += fmt::format(" Color and shape show the category, one of {}.", scatter_.category_names.size());
  if (!scatter_.value.empty() && !values_.empty()) {
    text += fmt::format(" Color shows {}, from {} (dark) to {} (light).",
                        scatter_.value_name.empty() ? "a value" : scatter_.value_name, number_text(values_.low),
                        number_text(values_.high));
  }
  return text;
}

std::vector<std::string> Picture::notes() const {
  std::vector<std::string> result;
  const std::size_t left_out = scatter_.points.size() - placed_.size();
  if (left_out > 0) result.push_back(counted(left_out, "point") + " not drawn: a coordinate is not a finite number.");
  if (drawn_.size() < placed_.size()) {
    result.push_back(fmt::format("A fixed random sample of {} out of {} is drawn.", drawn_.size(),
                                 counted(placed_.size(), "point")));
  }
  if (!scatter_.category.empty() && scatter_.category_names.size() > look_count)
    result.push_back(fmt::format("Colors and shapes repeat after {} categories.", look_count));
  return result;
}

std::string Picture::html() const {
  return figure_html({.id = id_,
                      .title = scatter_.heading.empty() ? "Scatter plot" : scatter_.heading,
                      .description = describe(),
                      .height = height,
                      .drawing = marks(),
                      .legend = legend(),
                      .caption = scatter_.caption,
                      .notes = notes()});
}

}  // namespace

std::string scatter_figure(const Scatter& scatter, std::string_view id) { return Picture(scatter, id).html(); }

}  // namespace cairn::report
