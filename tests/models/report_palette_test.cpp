// The palette's promises, checked with an independent color computation.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "models/report/palette.h"
#include "support/catch.h"

namespace cairn {

namespace {

using Color = std::array<double, 3>;
using Matrix = std::array<Color, 3>;

Color linear_rgb(std::string_view hex) {
  Color result{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = std::stoi(std::string(hex.substr(1 + 2 * i, 2)), nullptr, 16) / 255.0;
    result[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  return result;
}

Color times(const Matrix& matrix, const Color& color) {
  Color result{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) result[i] += matrix[i][j] * color[j];
  }
  return result;
}

/// Source: Ottosson 2020, from linear sRGB.
Color oklab(const Color& rgb) {
  constexpr Matrix to_cones{{{0.4122214708, 0.5363325363, 0.0514459929},
                             {0.2119034982, 0.6806995451, 0.1073969566},
                             {0.0883024619, 0.2817188376, 0.6299787005}}};
  constexpr Matrix to_lab{{{0.2104542553, 0.7936177850, -0.0040720468},
                           {1.9779984951, -2.4285922050, 0.4505937099},
                           {0.0259040371, 0.7827717662, -0.8086757660}}};
  Color cones = times(to_cones, rgb);
  for (double& value : cones) value = std::cbrt(value);
  return times(to_lab, cones);
}

/// What a person sees who lacks a kind of cone. Source: Machado, Oliveira and Fernandes 2009, severity 1.
Color seen(const Matrix& deficiency, std::string_view hex) {
  Color rgb = times(deficiency, linear_rgb(hex));
  for (double& value : rgb) value = std::clamp(value, 0.0, 1.0);
  return oklab(rgb);
}

double distance(const Color& a, const Color& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

/// Source: WCAG 2.1, relative luminance.
double contrast(std::string_view a, std::string_view b) {
  const auto luminance = [](std::string_view hex) {
    const Color rgb = linear_rgb(hex);
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  };
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

constexpr Matrix none{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix protanopia{
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix deuteranopia{
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix tritanopia{
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};

double least_distance(const std::array<std::string_view, report::color_count>& colors, const Matrix& deficiency) {
  double least = 10;
  for (std::size_t i = 0; i < colors.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      least = std::min(least, distance(seen(deficiency, colors[i]), seen(deficiency, colors[j])));
  }
  return least;
}

}  // namespace

TEST_CASE("report: the colors of series differ for every color vision and from their background", "[models][report]") {
  for (const auto& [colors, paper] :
       {std::pair{report::light_colors, report::light_paper}, std::pair{report::dark_colors, report::dark_paper}}) {
    CHECK(least_distance(colors, none) > 0.15);
    CHECK(least_distance(colors, protanopia) > 0.15);
    CHECK(least_distance(colors, deuteranopia) > 0.15);
    CHECK(least_distance(colors, tritanopia) > 0.09);
    for (const std::string_view color : colors) CHECK(contrast(color, paper) >= 3);
  }
}

TEST_CASE("report: the ramp grows lighter evenly from its dark end to its light one", "[models][report]") {
  CHECK(report::ramp_color(0) == "#320368");
  CHECK(report::ramp_color(1) == "#eef171");
  CHECK(report::ramp_color(-3) == report::ramp_color(0));
  CHECK(report::ramp_color(7) == report::ramp_color(1));
  CHECK(report::ramp_color(0.0625) == "#311779");  // half way to the second stop, #302b89
  const double first = oklab(linear_rgb(report::ramp_color(0)))[0];
  const double last = oklab(linear_rgb(report::ramp_color(1)))[0];
  for (int i = 0; i <= 32; ++i) {
    const double share = i / 32.0;
    const double lightness = oklab(linear_rgb(report::ramp_color(share)))[0];
    CHECK(std::abs(lightness - (first + share * (last - first))) <
          0.02);  // straight pieces in sRGB are not straight here
  }
}

}  // namespace cairn
