#pragma once

#include <string>
#include <string_view>

#include "core/types.h"
#include "graph_io/output_file.h"

namespace cairn {

/// A cell as RFC 4180 writes it: in quotes where it holds the delimiter, a quote or a line end; also where TextSource
/// would take it for something else (empty, blanks at an end, a first '#' or '%'). Throws OutputError for a line end: a
/// reader of ours would not take it back.
std::string csv_cell(std::string_view text, char delimiter = ',');

/// The shortest decimal form that reads back as the same number.
std::string number_text(Real value);

/// Writes a table row by row: cell(...), cell(...), end_row(). The delimiter stands between cells.
class CsvWriter {
 public:
  explicit CsvWriter(const std::filesystem::path& path, char delimiter = ',') : file_(path), delimiter_(delimiter) {}

  CsvWriter& cell(std::string_view text) { return raw(csv_cell(text, delimiter_)); }
  CsvWriter& cell(Real value) { return raw(number_text(value)); }
  CsvWriter& cell(Index value) { return raw(std::to_string(value)); }
  void end_row();
  /// Once, at the end: until then the file is not there.
  void commit() { file_.commit(); }

 private:
  CsvWriter& raw(std::string_view text);

  OutputFile file_;
  char delimiter_;
  bool row_begun_ = false;
};

}  // namespace cairn
