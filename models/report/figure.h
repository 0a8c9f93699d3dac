#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::report {

/// A drawing with what stands around it. Texts are plain and become escaped; `drawing` and the legend are markup.
struct Figure {
  std::string id;           // of the part, unique on the page
  std::string title;        // what a screen reader says first
  std::string description;  // what it says instead of the picture
  double height = 380;      // of the drawing
  std::string drawing;      // elements of an SVG drawing, 720 wide
  std::string legend;       // below it; may be empty
  std::string caption;
  std::vector<std::string> notes;  // what the drawing leaves out, a sentence each
};

/// <figure> with the drawing inline, the legend, and a caption that ends with the notes.
std::string figure_html(const Figure& figure);

/// A legend's item: a key 28 x 12 (elements of an SVG drawing) of the given class, and its name.
std::string legend_item(std::string_view key_class, std::string_view key, std::string_view name);
/// The list around such items; nothing without any.
std::string legend_list(std::string_view items);

/// Class of series or category i: its color; colors repeat.
std::string color_class(std::size_t i);

}  // namespace cairn::report
