#pragma once

#include <toml++/toml.h>

#include <string>

namespace cairn::cli {

/// The table of a TOML file of at most 1 MiB. Throws InputError with the line for what is not TOML.
toml::table read_toml(const std::string& path);

}  // namespace cairn::cli
