#include "tensor/string_list.h"

#include <fmt/format.h>

#include <utility>

namespace cairn {

JoinedStrings joined(std::span<const std::string> strings) {
  JoinedStrings result;
  result.ends.reserve(strings.size());
  for (const std::string& string : strings) {
    result.text.insert(result.text.end(), string.begin(), string.end());
    result.ends.push_back(static_cast<std::int64_t>(result.text.size()));
  }
  return result;
}

std::vector<std::string> separated(std::span<const std::uint8_t> text, std::span<const std::int64_t> ends,
                                   std::string_view name) {
  std::vector<std::string> strings;
  strings.reserve(ends.size());
  std::int64_t begin = 0;
  for (const std::int64_t end : ends) {
    if (end < begin || end > static_cast<std::int64_t>(text.size())) {
      throw Error(fmt::format("tensor '{}.ends': {} follows {}, of {} letters", name, end, begin, text.size()));
    }
    strings.emplace_back(text.begin() + begin, text.begin() + end);
    begin = end;
  }
  return strings;
}

void save_strings(const std::vector<std::string>& strings, const std::string& name, NamedTensors& to) {
  JoinedStrings all = joined(strings);
  const Shape ends_shape{static_cast<Index>(all.ends.size())};
  const Shape text_shape{static_cast<Index>(all.text.size())};
  to.arrays[name + ".ends"] = {ends_shape, std::move(all.ends)};
  to.arrays[name + ".text"] = {text_shape, std::move(all.text)};
}

std::vector<std::string> load_strings(const NamedTensors& from, const std::string& name) {
  const auto* ends = std::get_if<std::vector<std::int64_t>>(&find_array(from, name + ".ends").values);
  const auto* text = std::get_if<std::vector<std::uint8_t>>(&find_array(from, name + ".text").values);
  if (ends == nullptr || text == nullptr)
    throw Error(fmt::format("tensors '{0}.ends', '{0}.text': not a list of strings", name));
  return separated(*text, *ends, name);
}

}  // namespace cairn
