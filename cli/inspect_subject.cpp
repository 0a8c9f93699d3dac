#include "cli/inspect_subject.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "cli/coordinates_file.h"
#include "core/error.h"
#include "models/coordinate_plan.h"
#include "models/position_plan.h"
#include "position/encodings.h"

namespace cairn::cli {

namespace {

constexpr Index most_row_bytes = Index{1} << 31;

}  // namespace

InspectedCoordinates inspected_coordinates(const Dataset& dataset, TrainConfig config, const std::string& file) {
  const PositionPlan plan = plan_position(dataset, {}, config, config.seed);
  const PositionInput position = prepare_position(plan, dataset, anchors_at(plan, dataset, 0));
  InspectedCoordinates result;
  result.anchors = position.anchors().slot_count();
  result.source = file.empty() ? config.coordinates : file;
  const std::string kind = std::exchange(config.coordinates, "distances");
  Coordinates distances = make_coordinates(config, dataset, &position);
  result.coverage = anchor_coverage(distances);
  config.coordinates = kind;
  if (kind == "distances") {
    result.values = std::move(distances);
  } else {
    result.values = make_coordinates(config, dataset, &position, read_coordinates(file, dataset));
  }
  result.suggested_width = width_from_data(config, result.values);
  return result;
}

Tensor encoded_rows(const EncodingOptions& options, const Coordinates& coordinates) {
  const std::unique_ptr<Encoding> encoding = make_encoding(options, coordinates);
  const Index row_bytes = encoding->width() * static_cast<Index>(sizeof(Real));
  if (coordinates.node_count() > most_row_bytes / row_bytes) {
    const double bytes = static_cast<double>(row_bytes) * static_cast<double>(coordinates.node_count());
    throw UsageError(
        fmt::format("{}: {} columns for {} nodes take {:.1f} GB; fewer axes (--anchors), a larger --encoding-width or "
                    "--encoding-mode "
                    "product take less",
                    encoding_text(options), encoding->width(), coordinates.node_count(), bytes / 1e9));
  }
  return encoding->encode(coordinates);
}

std::string encoding_text(const EncodingOptions& options) {
  if (options.name == "raw") return "raw coordinates";
  return fmt::format("{} encoding ({}, width {:.3g})", options.name,
                     options.mode == EncodingMode::product ? "product" : "simple", options.width);
}

}  // namespace cairn::cli
