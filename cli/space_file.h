#pragma once

#include <string>

#include "models/search/model_space.h"

namespace cairn::cli {

/// The search space that a TOML file describes; what it does not name has the options of default_model_space():
///
///   position = ["none", "distances", "gir"]
///   layers = 3                      # how many; of the default's options
///   layer = ["gcn", "sage"]         # options at every depth
///   layer_2 = ["skip", "gcn"]       # at one
///
/// Throws InputError with the line for what is not TOML, unknown decisions and options, and what else search_space()
/// refuses.
ModelSpace read_space_file(const std::string& path);

}  // namespace cairn::cli
