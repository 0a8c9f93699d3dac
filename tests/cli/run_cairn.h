#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/places.h"
#include "support/program.h"

namespace cairn::support {

/// cairn with these words, under way.
inline Program start_cairn(std::vector<std::string> words, const TemporaryFolder& folder) {
  words.insert(words.begin(), cairn_program());
  return Program(words, folder);
}

inline Finished run_cairn(std::vector<std::string> words, const TemporaryFolder& folder) {
  words.insert(words.begin(), cairn_program());
  return Program(words, folder).wait();
}

inline nlohmann::json read_json(const std::string& path) { return nlohmann::json::parse(read_bytes(path)); }

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace cairn::support
