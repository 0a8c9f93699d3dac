#pragma once

#include <optional>
#include <string>

#include "data/dataset.h"
#include "models/config.h"
#include "position/coordinates.h"
#include "position/diagnostics.h"
#include "position/encoding.h"

namespace cairn::cli {

/// Where the nodes of a dataset are, and what its anchors see of them.
struct InspectedCoordinates {
  std::string source;       // a kind of coordinate_kinds(), or the file that they were read from
  Coordinates values;       // [N, K]
  Index anchors = 0;        // of the graph that has most
  AnchorCoverage coverage;  // of the anchors, whatever the coordinates are: in hops, or lengths with --weighted-paths
  double suggested_width = 0;  // of an encoding of them, in their units: what `cairn train` would take
};

/// config: coordinates and anchors as `cairn train` reads them, so that anchors are those of the same --seed there.
/// file: of coordinates, where their kind is `given`; else empty.
/// Throws UsageError for options and InputError for files that make no sense (models/position_plan.h,
/// models/coordinate_plan.h, cli/coordinates_file.h).
InspectedCoordinates inspected_coordinates(const Dataset& dataset, TrainConfig config, const std::string& file);

/// A row a node. Throws UsageError where rows would take more than 2 GiB, and says what takes less; also as
/// make_encoding.
Tensor encoded_rows(const EncodingOptions& options, const Coordinates& coordinates);

/// "gaussian encoding (simple, width 2)".
std::string encoding_text(const EncodingOptions& options);

}  // namespace cairn::cli
