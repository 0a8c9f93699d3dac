#include "models/report/axes.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/report/markup.h"

namespace cairn::report {

namespace {

constexpr double top = 12;
constexpr double right = drawing_width - 16;
constexpr double label_height = 26;  // of the ticks of x
constexpr double name_height = 24;
constexpr double digit_width = 7;  // of the 12 units high labels, in the widest of the usual fonts
constexpr int most_x_ticks = 9;
constexpr int most_y_ticks = 7;

double left_edge(const Range& y, const AxesOptions& options) {
  std::size_t longest = 0;
  for (const Tick& tick : Scale(y, options.log_y, 1, 0).ticks(most_y_ticks))
    longest = std::max(longest, tick.label.size());
  return (options.named ? name_height : 0) + digit_width * static_cast<double>(longest) + 10;
}

/// The range about its middle, so long that `pixels_of_it` show as many units a pixel as `other` does.
Range stretched(const Range& range, double pixels_of_it, const Range& other, double pixels_of_other) {
  const double wanted = (other.high - other.low) / pixels_of_other * pixels_of_it;
  const double missing = wanted - (range.high - range.low);
  if (missing <= 0) return range;
  return {range.low - missing / 2, range.high + missing / 2};
}

}  // namespace

Axes::Axes(const Range& x, const Range& y, const AxesOptions& options)
    : empty_(x.empty() && y.empty()),
      left_(0),
      bottom_(options.height - label_height - (options.named ? name_height : 0)),
      x_({0, 1}, false, 0, 1),
      y_({0, 1}, false, 0, 1) {
  Range wide_x = widened(x, options.log_x, 0.02);
  Range wide_y = widened(y, options.log_y, 0.05);
  left_ = left_edge(wide_y, options);
  if (options.same_unit) {
    const double width = right - left_;
    const double height = bottom_ - top;
    const Range longer_y = stretched(wide_y, height, wide_x, width);
    wide_x = stretched(wide_x, width, wide_y, height);
    wide_y = longer_y;
  }
  x_ = Scale(wide_x, options.log_x, left_, right);
  y_ = Scale(wide_y, options.log_y, bottom_, top);
}

std::string Axes::svg(std::string_view x_label, std::string_view y_label) const {
  std::string grid;
  std::string labels;
  for (const Tick& tick : x_.ticks(most_x_ticks)) {
    const std::string place = pixels(x(tick.value));
    grid += fmt::format("M{0} {1}V{2}", place, pixels(top), pixels(bottom_));
    labels += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", place, pixels(bottom_ + 17),
                          escaped(tick.label));
  }
  for (const Tick& tick : y_.ticks(most_y_ticks)) {
    const double place = y(tick.value);
    grid += fmt::format("M{} {}H{}", pixels(left_), pixels(place), pixels(right));
    labels += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", pixels(left_ - 6),
                          pixels(place + 4), escaped(tick.label));
  }
  std::string result = fmt::format("<path class=\"grid\" d=\"{}\"/>\n", grid);
  result += fmt::format("<path class=\"frame\" d=\"M{} {}V{}H{}\"/>\n", pixels(left_), pixels(top), pixels(bottom_),
                        pixels(right));
  result += fmt::format("<g class=\"ticks\">\n{}</g>\n", labels);
  if (empty_) {
    result += fmt::format("<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">no points</text>\n",
                          pixels((left_ + right) / 2), pixels((top + bottom_) / 2));
  }
  if (!x_label.empty()) {
    result += fmt::format("<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                          pixels((left_ + right) / 2), pixels(bottom_ + 40), escaped(x_label));
  }
  if (!y_label.empty()) {
    result += fmt::format(
        "<text class=\"axis\" transform=\"translate(16 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
        pixels((top + bottom_) / 2), escaped(y_label));
  }
  return result;
}

}  // namespace cairn::report
