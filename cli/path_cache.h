#pragma once

#include <string>

#include "nn/position_input.h"

namespace cairn::cli {

/// Paths from files "<key>.safetensors" in `folder` where it holds them, else worked out and left there for the next
/// run; the key is cache_key(), so that another graph, other anchors or other options never meet the wrong file. A file
/// that is damaged is an InputError. An empty name: no cache. Throws OutputError where the folder cannot be made.
PathSource path_cache(const std::string& folder);

}  // namespace cairn::cli
