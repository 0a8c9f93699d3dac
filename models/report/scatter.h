#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Points in the plane, both axes in one unit, as on a map: for embeddings. Colored by category or by value or not at
/// all. A point that is not finite is left out; of more than 5,000 a fixed random sample is drawn, in the given order
/// (later ones lie on top). Both are counted below the picture.
struct Scatter {
  std::string heading, caption;
  std::vector<std::array<double, 2>> points;
  std::vector<std::string> point_names;     // tooltips; empty: none
  std::vector<std::int32_t> category;       // a point's index into category_names; below 0: none, gray
  std::vector<std::string> category_names;  // 64 looks (8 colors, 8 shapes), then again from the first
  std::vector<double> value;                // on a ramp from the least to the greatest; not finite: none, gray
  std::string value_name;
};

namespace report {

/// The picture as <figure>, without its heading; id: unique on the page.
/// Throws ShapeError where names, categories or values are neither empty nor one a point, where both categories and
/// values are given, and for a category without a name.
std::string scatter_figure(const Scatter& scatter, std::string_view id);

}  // namespace report

}  // namespace cairn
