#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn::benchmarks {

/// Heads of a table of figures.
struct TableShape {
  std::string_view name;                  ///< "signals": what rows and JSON call it
  std::string_view caption;               ///< what was measured, in a sentence or two
  std::vector<std::string_view> labels;   ///< columns that say what a row is about
  std::vector<std::string_view> figures;  ///< columns of numbers
};

/// A row as one run of one seed leaves it. A figure is never NaN; infinity says "never".
struct MeasuredRow {
  std::string_view table;
  std::vector<std::string> labels;  ///< one for each of the table's labels
  std::vector<double> figures;      ///< one for each of the table's figures
};

}  // namespace cairn::benchmarks
