#include "data/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.h"

namespace cairn {

namespace {

/// The part of `text` up to one of `separators`; removes both from `text`.
std::string_view take_until(std::string_view& text, std::string_view separators) {
  const std::size_t end = std::min(text.find_first_of(separators), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

template <class Number>
bool parse(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string_view Spec::name_of(std::string_view text) { return text.substr(0, text.find(':')); }

Spec::Spec(std::string_view text, std::string_view pattern, std::vector<std::string_view> keys)
    : text_(text), pattern_(pattern) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return;
  std::string_view rest = text.substr(colon + 1);
  std::size_t next_key = 0;
  bool more = true;
  while (more) {
    more = rest.find_first_of(":,") != std::string_view::npos;
    const std::string_view item = take_until(rest, ":,");
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      if (next_key == keys.size()) fail(fmt::format("'{}' is one value too many", item));
      set(keys[next_key++], item);
    } else {
      const std::string_view key = item.substr(0, equals);
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        fail(fmt::format("unknown key '{}', known: {}", key, fmt::join(keys, ", ")));
      }
      set(key, item.substr(equals + 1));
    }
  }
}

void Spec::set(std::string_view key, std::string_view text) {
  if (text.empty()) fail(fmt::format("{} has no value", key));
  if (has(key)) fail(fmt::format("{} is given twice", key));
  values_.push_back({key, text});
}

const std::string_view* Spec::find(std::string_view key) const {
  const auto found = std::find_if(values_.begin(), values_.end(), [&](const Value& value) { return value.key == key; });
  return found == values_.end() ? nullptr : &found->text;
}

Index Spec::parse_integer(std::string_view key, std::string_view text, Index least) const {
  Index value = 0;
  if (!parse(text, value) || value < least) {
    fail(fmt::format("{}: expected a whole number of at least {}, found '{}'", key, least, text));
  }
  return value;
}

Index Spec::integer(std::string_view key, Index least, Index otherwise) const {
  return has(key) ? parse_integer(key, *find(key), least) : otherwise;
}

Index Spec::integer(std::string_view key, Index least) const {
  if (!has(key)) fail(fmt::format("{} is missing", key));
  return parse_integer(key, *find(key), least);
}

double Spec::real(std::string_view key, double least, double most, double otherwise) const {
  if (!has(key)) return otherwise;
  double value = 0;
  if (!parse(*find(key), value) || !(value >= least && value <= most)) {
    fail(fmt::format("{}: expected a number from {} to {}, found '{}'", key, least, most, *find(key)));
  }
  return value;
}

std::vector<Index> Spec::extents(std::string_view key, std::size_t least_count) const {
  if (!has(key)) fail(fmt::format("{} is missing", key));
  std::vector<Index> result;
  std::string_view rest = *find(key);
  bool more = true;
  while (more) {
    more = rest.find('x') != std::string_view::npos;
    result.push_back(parse_integer(key, take_until(rest, "x"), 1));
  }
  if (result.size() < least_count) fail(fmt::format("{}: expected {} numbers joined by x", key, least_count));
  return result;
}

void Spec::fail(std::string_view problem) const {
  throw UsageError(fmt::format("{}: {}; expected {}", text_, problem, pattern_));
}

}  // namespace cairn
