#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace cairn::cli {

/// One line of a configuration file.
struct ConfigEntry {
  std::string name;
  std::string text;  // as an option takes it
  ValueKind kind = ValueKind::text;
  std::int64_t line = 0;
};

/// What a TOML file says to `verb`: keys outside of tables, then those of its own table [verb], which win. Tables of
/// other verbs are passed over. Throws InputError with the line for anything else, and for what is not TOML.
std::vector<ConfigEntry> read_config_file(const std::string& path, std::string_view verb);

}  // namespace cairn::cli
