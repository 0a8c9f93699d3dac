#include "graph_io/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/error.h"
#include "graph_io/edge_list.h"
#include "graph_io/graphml.h"
#include "graph_io/matrix_market.h"

namespace cairn {

namespace fs = std::filesystem;

namespace {

constexpr std::array<Format, 4> table{{
    {"folder", "", "everything: edges, features, labels, graphs, splits", read_dataset_folder, write_dataset_folder},
    {"edges", ".csv .tsv .txt .edges .edgelist", "edges and weights", read_edge_list,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) { write_edge_list(dataset, path); }},
    {"mtx", ".mtx", "edges and weights; ids 0 .. N - 1", read_matrix_market_graph,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) {
       write_matrix_market_graph(dataset, path);
     }},
    {"graphml", ".graphml .xml", "edges, weights, features, labels, graphs; no splits", read_graphml,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) { write_graphml(dataset, path); }},
}};

/// The format whose extensions hold that of the path; null for none.
const Format* format_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension.empty()) return nullptr;
  for (const Format& format : table) {
    const std::string padded = fmt::format(" {} ", format.extensions);
    if (padded.find(fmt::format(" {} ", extension)) != std::string::npos) return &format;
  }
  return nullptr;
}

}  // namespace

std::span<const Format> formats() { return table; }

const Format& find_format(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const Format& format) { return format.name == name; });
  if (found != table.end()) return *found;
  std::vector<std::string_view> known;
  for (const Format& format : table) known.push_back(format.name);
  throw_unknown_name("format", name, known);
}

Dataset read_dataset(const fs::path& path, const ReadOptions& options, std::string_view format) {
  const Format* chosen = format.empty() ? nullptr : &find_format(format);
  std::error_code error;
  if (!fs::exists(path, error))
    throw InputError(path.string(), 0, "expected a dataset folder or edge list, found nothing");
  if (chosen == nullptr && fs::is_directory(path)) chosen = &find_format("folder");
  if (chosen == nullptr) chosen = format_of(path.extension() == ".gz" ? path.stem() : path);
  if (chosen == nullptr) chosen = &find_format("edges");
  return chosen->read(path, options);
}

void write_dataset(const Dataset& dataset, const fs::path& path, std::string_view format, const WriteOptions& options) {
  const Format* chosen = format.empty() ? nullptr : &find_format(format);
  if (chosen == nullptr)
    chosen = path.has_extension() && !fs::is_directory(path) ? format_of(path) : &find_format("folder");
  if (chosen == nullptr) {
    std::string known;
    for (const Format& each : table)
      known += fmt::format("{}{}", known.empty() || each.extensions.empty() ? "" : " ", each.extensions);
    throw UsageError(fmt::format("{}: expected one of the extensions {}, or none for a folder", path.string(), known));
  }
  chosen->write(dataset, path, options);
}

}  // namespace cairn
