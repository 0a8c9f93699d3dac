#include "graph_io/cells.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace cairn {

namespace {

bool is_blank(char symbol) { return symbol == ' ' || symbol == '\t'; }
bool is_control(char symbol) {
  const auto byte = static_cast<unsigned char>(symbol);
  return (byte < 0x20 && symbol != '\t') || byte == 0x7f;
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string result = "'";
  for (const char symbol : text.substr(0, longest)) {
    if (is_control(symbol) || symbol == '\t') {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(symbol));
    } else {
      result += symbol;
    }
  }
  return result + (text.size() > longest ? "...'" : "'");
}

bool holds_no_cells(std::string_view line) {
  for (const char symbol : line) {
    if (symbol == '#' || symbol == '%') return true;
    if (!is_blank(symbol) && symbol != '\r' && symbol != '\n') return false;
  }
  return true;
}

char find_delimiter(std::string_view first_line) {
  bool quoted = false;
  for (const char symbol : first_line) {
    if (symbol == '"') quoted = !quoted;
    if (!quoted && (symbol == ',' || symbol == ';' || symbol == '\t')) return symbol;
  }
  return ' ';
}

const char* CellSplitter::quoted_cell(const char* at, const char* end) {
  const char* const opening = at++;
  const std::size_t start = unquoted_.size();
  while (true) {
    if (at == end)
      throw LineFault{opening,
                      fmt::format("expected a closing quote on the same line, found {}", shown({opening, end}))};
    if (*at == '"') {
      if (at + 1 == end || at[1] != '"') break;
      ++at;
    }
    unquoted_ += *at++;
  }
  cells_.emplace_back(unquoted_.data() + start, unquoted_.size() - start);
  return at + 1;
}

std::span<const std::string_view> CellSplitter::split(std::string_view line) {
  cells_.clear();
  unquoted_.clear();
  unquoted_.reserve(line.size());  // views into it stay good: it never grows within a line
  const bool by_blanks = delimiter_ == ' ';
  const char* at = line.data();
  const char* end = at + line.size();
  const auto blank = [&](const char* place) { return *place == ' ' || (*place == '\t' && delimiter_ != '\t'); };
  while (end != at && blank(end - 1)) --end;
  while (true) {
    while (at != end && blank(at)) ++at;
    if (by_blanks && at == end) break;
    if (at != end && *at == '"') {
      at = quoted_cell(at, end);
      const char* const closing = at;
      while (at != end && blank(at)) ++at;
      if (at != end && !(by_blanks ? at > closing : *at == delimiter_)) {
        throw LineFault{
            at, fmt::format("expected the end of the cell after its closing quote, found {}", shown({at, end}))};
      }
    } else {
      const char* const begin = at;
      while (at != end && !(by_blanks ? blank(at) : *at == delimiter_)) ++at;
      const char* last = at;
      while (last != begin && blank(last - 1)) --last;
      cells_.emplace_back(begin, static_cast<std::size_t>(last - begin));
    }
    for (const char symbol : cells_.back()) {
      if (is_control(symbol))
        throw LineFault{line.data(), fmt::format("expected text, found the control byte in {}", shown(cells_.back()))};
    }
    if (at == end) break;
    if (!by_blanks) ++at;
  }
  return cells_;
}

std::span<const std::string_view> split_line(CellSplitter& splitter, std::string_view line, const TextSource& source) {
  try {
    return splitter.split(line);
  } catch (const LineFault& fault) {
    source.fail("{}", fault.message);
  }
}

std::optional<std::int64_t> as_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
  if (digits.front() == '0' && text.size() > 1) return std::nullopt;
  return value;
}

std::optional<Real> as_finite(std::string_view text) {
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() > 1 && *begin == '+' && begin[1] != '-') ++begin;
  Real value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (stop != end || (error != std::errc() && error != std::errc::result_out_of_range)) return std::nullopt;
  if (error == std::errc::result_out_of_range) {  // too large or too small: from_chars does not say which, strtod does
    const double wide = std::strtod(std::string(begin, end).c_str(), nullptr);
    if (std::abs(wide) > 1) return std::nullopt;
    value = static_cast<Real>(wide);
  }
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace cairn
