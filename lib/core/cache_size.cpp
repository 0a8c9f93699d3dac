#include "core/cache_size.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>

namespace cairn {

namespace {

/// The largest that the first processor has a part in: caches are listed from the nearest on.
Index told_by_system() {
  constexpr Index untold = Index{32} << 20;
  const std::string caches = "/sys/devices/system/cpu/cpu0/cache/index";
  Index largest = 0;
  for (int i = 0;; ++i) {
    std::ifstream file(caches + std::to_string(i) + "/size");
    std::string text;
    if (!(file >> text)) break;
    largest = std::max(largest, parsed_cache_size(text).value_or(0));
  }
  constexpr Index fewest = Index{1} << 20;  // less is no cache that threads share
  return largest >= fewest ? largest : untold;
}

}  // namespace

std::optional<Index> parsed_cache_size(std::string_view text) {
  Index size = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || size <= 0) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (unit.empty()) return size;
  if (unit == "K") return size << 10;
  if (unit == "M") return size << 20;
  return std::nullopt;
}

Index shared_cache_bytes() {
  static const Index bytes = told_by_system();
  return bytes;
}

}  // namespace cairn
