#include "models/report/markup.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace cairn::report {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// A character at the start of `text`: how many bytes it takes, and whether a page may hold it.
struct Character {
  std::size_t bytes = 1;
  bool allowed = false;
};

bool is_allowed(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  const bool is_control = code >= 0x7F && code <= 0x9F;
  const bool is_noncharacter = (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
  return !is_control && !is_noncharacter;
}

/// One byte that is not allowed where the bytes are not UTF-8: overlong forms, surrogates and what lies above U+10FFFF
/// are refused as well.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {1, is_allowed(lead)};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[bytes] || is_surrogate || code > 0x10FFFF) return {};
  return {bytes, is_allowed(code)};
}

std::string_view entity(char symbol) {
  switch (symbol) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::string_view name = entity(text.front());
    result += !character.allowed ? replacement : !name.empty() ? name : text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return result;
}

std::string text_element(std::string_view tag, std::string_view css_class, std::string_view text) {
  if (text.empty()) return {};
  const std::string attribute = css_class.empty() ? "" : fmt::format(" class=\"{}\"", css_class);
  return fmt::format("<{0}{1}>{2}</{0}>\n", tag, attribute, escaped(text));
}

std::string number_text(double value, int digits) {
  if (value == 0) return "0";
  std::string text = fmt::format("{:.{}g}", value, digits);
  const std::size_t mark = text.find('e');
  if (mark == std::string::npos) return text;
  std::size_t end = mark + 1;  // "1.5e-07" and "1e+06" carry signs and zeros that say nothing
  if (text[end] == '-') ++end;
  const std::size_t first_digit = text.find_first_of("123456789", end);
  if (first_digit != std::string::npos) text.erase(end, first_digit - end);
  return text;
}

std::string pixels(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace cairn::report
