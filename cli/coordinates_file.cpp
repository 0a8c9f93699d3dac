#include "cli/coordinates_file.h"

#include <fmt/format.h>

#include "core/error.h"
#include "graph_io/node_rows.h"

namespace cairn::cli {

void declare_coordinates_file(OptionList& options, std::string& path) {
  options.text("coordinates-file", "FILE", "Coordinates",
               "what encodings read, a row a node: .npy, or text with ids (see docs/formats.md)", path);
}

TrainConfig with_coordinates_file(TrainConfig config, const std::string& path) {
  if (path.empty()) return config;
  if (config.coordinates != "given" && config.coordinates != TrainConfig{}.coordinates) {
    throw UsageError(fmt::format("--coordinates-file: expected --coordinates given, found {}", config.coordinates));
  }
  config.coordinates = "given";
  return config;
}

std::optional<Coordinates> read_coordinates(const std::string& path, const Dataset& dataset) {
  if (path.empty()) return std::nullopt;
  return Coordinates{read_node_rows(path, dataset.ids), {}, dataset.graph_of_node};
}

}  // namespace cairn::cli
