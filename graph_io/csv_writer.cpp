#include "graph_io/csv_writer.h"

#include <fmt/format.h>

#include "core/error.h"

namespace cairn {

std::string csv_cell(std::string_view text, char delimiter) {
  if (text.find_first_of("\n\r") != std::string_view::npos) {
    throw OutputError(fmt::format("a name with a line end cannot be written as text: '{}'",
                                  text.substr(0, text.find_first_of("\n\r"))));
  }
  const auto blank = [](char symbol) { return symbol == ' ' || symbol == '\t'; };
  const bool quoted = text.empty() || blank(text.front()) || blank(text.back()) || text.front() == '#' ||
                      text.front() == '%' || text.find_first_of("\",;\t") != std::string_view::npos ||
                      (delimiter == ' ' && text.find(' ') != std::string_view::npos);
  if (!quoted) return std::string(text);
  std::string cell = "\"";
  for (const char symbol : text) cell.append(symbol == '"' ? 2 : 1, symbol);
  return cell + "\"";
}

std::string number_text(Real value) { return fmt::format("{}", value); }

CsvWriter& CsvWriter::raw(std::string_view text) {
  if (row_begun_) file_.write(&delimiter_, 1);
  row_begun_ = true;
  file_.write(text);
  return *this;
}

void CsvWriter::end_row() {
  file_.write("\n");
  row_begun_ = false;
}

}  // namespace cairn
