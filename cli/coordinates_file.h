#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "data/dataset.h"
#include "models/config.h"
#include "position/coordinates.h"

namespace cairn::cli {

/// --coordinates-file, of every verb whose model may encode coordinates that a file holds.
void declare_coordinates_file(OptionList& options, std::string& path);

/// The configuration with --coordinates given where a file is named. Throws UsageError where it asks for others.
TrainConfig with_coordinates_file(TrainConfig config, const std::string& path);

/// Coordinates of the dataset's nodes from the file; nothing where none is named. Throws as read_node_rows.
std::optional<Coordinates> read_coordinates(const std::string& path, const Dataset& dataset);

}  // namespace cairn::cli
