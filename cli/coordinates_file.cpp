#include "cli/coordinates_file.h"

#include "graph_io/node_rows.h"

namespace cairn::cli {

bool names_coordinates_file(std::string_view coordinates) {
  return coordinates.find_first_of("./") != std::string_view::npos;
}

std::optional<Coordinates> read_coordinates(const std::string& path, const Dataset& dataset) {
  if (path.empty()) return std::nullopt;
  return Coordinates{read_node_rows(path, dataset.ids), {}, dataset.graph_of_node};
}

}  // namespace cairn::cli
