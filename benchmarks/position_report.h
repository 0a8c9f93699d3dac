#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "benchmarks/position_results.h"
#include "models/report/page.h"

namespace cairn::benchmarks {

/// A column of the benchmark as a table: a row a model, a column a number of anchors (path-sum: a column a figure).
struct PositionTable {
  std::string title;                            // "grid/link: test ROC AUC"
  std::vector<std::vector<std::string>> cells;  // the first row is the heading
  std::vector<std::size_t> controls;            // rows of cells that are controls
  std::vector<std::string> remarks;             // what gir beats, a line a number of anchors
};
std::vector<PositionTable> position_tables(const PositionResults& results);

/// The tables, learning curves and pictures of the results as a page.
ReportPage position_page(const PositionResults& results);

}  // namespace cairn::benchmarks
