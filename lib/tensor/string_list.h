#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/named_tensors.h"

namespace cairn {

/// Strings as two arrays: any string survives.
struct JoinedStrings {
  std::vector<std::uint8_t> text;  // all letters, one string after the other
  std::vector<std::int64_t> ends;  // where each string ends in the text
};
JoinedStrings joined(std::span<const std::string> strings);
/// The strings again. name: of the arrays, for messages. Throws Error where an end descends or lies beyond the text.
std::vector<std::string> separated(std::span<const std::uint8_t> text, std::span<const std::int64_t> ends,
                                   std::string_view name);

/// The same as the arrays "<name>.text" and "<name>.ends".
void save_strings(const std::vector<std::string>& strings, const std::string& name, NamedTensors& to);
/// Throws Error naming the array that is missing or makes no sense.
std::vector<std::string> load_strings(const NamedTensors& from, const std::string& name);

}  // namespace cairn
