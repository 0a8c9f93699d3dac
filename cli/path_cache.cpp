#include "cli/path_cache.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "core/error.h"
#include "graph_io/safetensors.h"
#include "position/position_cache.h"

namespace cairn::cli {

namespace {

PathItems read_items(const std::string& path) {
  NamedTensors tensors = read_safetensors(path);
  try {
    return path_items_from(std::move(tensors));
  } catch (const Error& error) {
    throw InputError(path, 0,
                     fmt::format("expected paths of cairn (delete the file to have them made): {}", error.what()));
  }
}

}  // namespace

PathSource path_cache(const std::string& folder) {
  if (folder.empty()) return shortest_path_items;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw OutputError(fmt::format("{}: {}", folder, error.message()));
  return [folder](const Graph& graph, const AnchorSet& anchors, const PathOptions& options) {
    const std::string path =
        (std::filesystem::path(folder) / (cache_key(graph, anchors, options) + ".safetensors")).string();
    if (std::filesystem::exists(path)) return read_items(path);
    PathItems items = shortest_path_items(graph, anchors, options);
    write_safetensors(path, to_named(items));
    return items;
  };
}

}  // namespace cairn::cli
