#pragma once

#include <string>
#include <variant>
#include <vector>

#include "models/report/bar_chart.h"
#include "models/report/line_chart.h"
#include "models/report/scatter.h"
#include "models/report/table.h"

namespace cairn {

struct TextBlock {
  std::string heading;
  std::vector<std::string> paragraphs;
};

struct ReportPage {
  std::string title;
  std::vector<std::string> facts;  // in a short line under the title
  std::vector<std::variant<TextBlock, ReportTable, LineChart, Scatter, BarChart>> parts;
};

/// The page as one HTML5 file in UTF-8 (well-formed as XML as well): nothing is fetched, no scripts; light or dark as
/// the reader's system is, light when printed. All texts are plain and become escaped; an empty heading is left out.
/// The same page gives the same bytes. Throws UsageError for an empty title, and ShapeError where the sizes within a
/// table or chart do not fit each other.
std::string to_html(const ReportPage& page);

}  // namespace cairn
