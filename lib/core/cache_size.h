#pragma once

#include <optional>
#include <string_view>

#include "core/types.h"

namespace cairn {

/// Bytes of the last cache before memory, which threads share, as the system tells them; 32 MiB where it does not. A
/// virtual machine may be told of more than it gets a share of. Decides ways through the same sums, never their bits.
Index shared_cache_bytes();

/// What a size like "266240K" or "32M" says in bytes; nothing, if it says none.
std::optional<Index> parsed_cache_size(std::string_view text);

}  // namespace cairn
