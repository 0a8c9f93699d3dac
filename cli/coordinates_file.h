#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/dataset.h"
#include "position/coordinates.h"

namespace cairn::cli {

/// Whether --coordinates names a file: a word with a '.' or '/'.
bool names_coordinates_file(std::string_view coordinates);

/// Coordinates of the dataset's nodes from the file; nothing where none is named. Throws as read_node_rows.
std::optional<Coordinates> read_coordinates(const std::string& path, const Dataset& dataset);

}  // namespace cairn::cli
