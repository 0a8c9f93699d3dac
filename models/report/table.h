#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// The first cell of a row names the row. Columns whose cells all begin as numbers are aligned to the right.
struct ReportTable {
  std::string heading, caption;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> emphasized_rows;  // in italics; the caption should say what they are
};

namespace report {

/// <table> with its caption, without its heading; columns and first cells are header cells with their scope. A table
/// without rows says so. Throws ShapeError for a table without columns, a row of another length than the columns, and
/// an emphasized row that does not exist.
std::string table_html(const ReportTable& table);

/// Whether a cell begins as a number does ("-0.5 +- 0.1"), or is empty or a dash: what a column of numbers may hold.
bool aligns_as_number(std::string_view cell);

}  // namespace report

}  // namespace cairn
