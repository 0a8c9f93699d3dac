#include "models/report/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "models/report/markup.h"

namespace cairn::report {

namespace {

void check(const ReportTable& table) {
  if (table.columns.empty()) throw ShapeError(fmt::format("report: table '{}' has no columns", table.heading));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (table.rows[r].size() == table.columns.size()) continue;
    throw ShapeError(fmt::format("report: row {} of table '{}' has {} in {}", r, table.heading,
                                 counted(table.rows[r].size(), "cell"), counted(table.columns.size(), "column")));
  }
  for (const std::size_t row : table.emphasized_rows) {
    if (row < table.rows.size()) continue;
    throw ShapeError(fmt::format("report: row {} of table '{}' is emphasized, but it has {}", row, table.heading,
                                 counted(table.rows.size(), "row")));
  }
}

std::vector<bool> number_columns(const ReportTable& table) {
  std::vector<bool> result(table.columns.size());
  for (std::size_t c = 1; c < result.size(); ++c) {  // the first names the rows
    result[c] = std::all_of(table.rows.begin(), table.rows.end(),
                            [c](const std::vector<std::string>& row) { return aligns_as_number(row[c]); });
  }
  return result;
}

}  // namespace

bool aligns_as_number(std::string_view cell) {
  if (cell.empty() || cell == "-") return true;
  if (cell.front() == '-' || cell.front() == '+') cell.remove_prefix(1);
  if (!cell.empty() && cell.front() == '.') cell.remove_prefix(1);
  return !cell.empty() && cell.front() >= '0' && cell.front() <= '9';
}

std::string table_html(const ReportTable& table) {
  check(table);
  const std::vector<bool> is_number = number_columns(table);
  const auto alignment = [&](std::size_t column) { return is_number[column] ? " class=\"number\"" : ""; };
  std::string result = "<div class=\"wide\" tabindex=\"0\">\n<table>\n" + text_element("caption", "", table.caption);
  result += "<thead>\n<tr>";
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    result += fmt::format("<th scope=\"col\"{}>{}</th>", alignment(c), escaped(table.columns[c]));
  result += "</tr>\n</thead>\n<tbody>\n";
  if (table.rows.empty()) result += fmt::format("<tr><td colspan=\"{}\">no rows</td></tr>\n", table.columns.size());
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const auto& emphasized = table.emphasized_rows;
    const bool is_emphasized = std::find(emphasized.begin(), emphasized.end(), r) != emphasized.end();
    result += fmt::format("<tr{}>", is_emphasized ? " class=\"emphasized\"" : "");
    result += fmt::format("<th scope=\"row\">{}</th>", escaped(table.rows[r][0]));
    for (std::size_t c = 1; c < table.columns.size(); ++c)
      result += fmt::format("<td{}>{}</td>", alignment(c), escaped(table.rows[r][c]));
    result += "</tr>\n";
  }
  return result + "</tbody>\n</table>\n</div>\n";
}

}  // namespace cairn::report
