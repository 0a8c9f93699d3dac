#include "tensor/string_list.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace cairn {

void save_strings(const std::vector<std::string>& strings, const std::string& name, NamedTensors& to) {
  std::vector<std::int64_t> ends;
  std::vector<std::uint8_t> text;
  for (const std::string& string : strings) {
    text.insert(text.end(), string.begin(), string.end());
    ends.push_back(static_cast<std::int64_t>(text.size()));
  }
  const Shape ends_shape{static_cast<Index>(ends.size())};
  const Shape text_shape{static_cast<Index>(text.size())};
  to.arrays[name + ".ends"] = {ends_shape, std::move(ends)};
  to.arrays[name + ".text"] = {text_shape, std::move(text)};
}

std::vector<std::string> load_strings(const NamedTensors& from, const std::string& name) {
  const auto* ends = std::get_if<std::vector<std::int64_t>>(&find_array(from, name + ".ends").values);
  const auto* text = std::get_if<std::vector<std::uint8_t>>(&find_array(from, name + ".text").values);
  if (ends == nullptr || text == nullptr)
    throw Error(fmt::format("tensors '{0}.ends', '{0}.text': not a list of strings", name));
  std::vector<std::string> strings;
  std::int64_t begin = 0;
  for (const std::int64_t end : *ends) {
    if (end < begin || end > static_cast<std::int64_t>(text->size())) {
      throw Error(fmt::format("tensor '{}.ends': {} follows {}, of {} letters", name, end, begin, text->size()));
    }
    strings.emplace_back(text->begin() + begin, text->begin() + end);
    begin = end;
  }
  return strings;
}

}  // namespace cairn
