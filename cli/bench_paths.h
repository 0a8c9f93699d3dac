#pragma once

#include <cstdint>

#include "cli/console.h"
#include "cli/json.h"

namespace cairn::cli {

/// Times distances and path encoders, prints them, and returns them for --json.
Json bench_paths(bool smoke, std::uint64_t seed, Console& console);

}  // namespace cairn::cli
