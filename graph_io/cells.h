#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"
#include "graph_io/text_source.h"

namespace cairn {

/// Text from a file as messages show it: in quotes, cut after 40 bytes, control bytes as \x1f.
std::string shown(std::string_view text);

/// Lines that hold no cells: blank ones, and comments, whose first symbol other than a blank is '#' or '%'.
bool holds_no_cells(std::string_view line);

/// What separates cells, ' ' meaning runs of blanks and tabs: the first ',', ';' or tab outside quotes of the first
/// line that holds cells, else ' '.
char find_delimiter(std::string_view first_line);

/// Cuts lines into cells. Blanks around a cell are not part of it. A cell may stand in quotes as in RFC 4180 (a doubled
/// quote is one quote) but ends on its line.
class CellSplitter {
 public:
  explicit CellSplitter(char delimiter) : delimiter_(delimiter) {}
  char delimiter() const { return delimiter_; }
  /// The cells of a line, good until the next call. Throws LineFault for an open quote, text after a closing one, and
  /// control bytes.
  std::span<const std::string_view> split(std::string_view line);

 private:
  const char* quoted_cell(const char* at, const char* end);

  char delimiter_;
  std::vector<std::string_view> cells_;
  std::string unquoted_;  // cells with doubled quotes, without them
};

/// The cells of the line that source.next_line gave last; a fault is an InputError with its number.
std::span<const std::string_view> split_line(CellSplitter& splitter, std::string_view line, const TextSource& source);

/// The integer whose decimal form `text` is, to the letter: "007", "+7" and "-0" are names, not integers.
std::optional<std::int64_t> as_integer(std::string_view text);
/// A number in decimal or scientific notation, rounded to Real; underflow rounds to zero.
/// Nothing for anything else: NaN, infinities and what overflows Real.
std::optional<Real> as_finite(std::string_view text);

}  // namespace cairn
