#include "graph_io/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <variant>
#include <vector>

#include "core/error.h"
#include "graph_io/dataset_store.h"
#include "graph_io/edge_list.h"
#include "graph_io/graphml.h"
#include "graph_io/matrix_market.h"

namespace cairn {

namespace fs = std::filesystem;

namespace {

constexpr std::array<Format, 5> table{{
    {"folder", "", "everything: edges, features, labels, graphs, splits", FormatParts{true, true, true, true, true},
     read_dataset_folder, write_dataset_folder},
    {"edges", ".csv .tsv .txt .edges .edgelist", "edges and weights; no nodes without edges", FormatParts{},
     read_edge_list,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) { write_edge_list(dataset, path); }},
    {"mtx", ".mtx", "edges and weights; ids 0 .. N - 1", FormatParts{.isolated_nodes = true}, read_matrix_market_graph,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) {
       write_matrix_market_graph(dataset, path);
     }},
    {"graphml", ".graphml .xml", "edges, weights, features, labels, graphs; no splits",
     FormatParts{true, true, true, true, false}, read_graphml,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) { write_graphml(dataset, path); }},
    {"store", ".cairn", "everything, as it lies in memory: mapped instead of read",
     FormatParts{true, true, true, true, true}, read_dataset_store,
     [](const Dataset& dataset, const fs::path& path, const WriteOptions&) { write_dataset_store(dataset, path); }},
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

bool has_isolated_node(const Graph& graph) {
  std::vector<bool> touched(static_cast<std::size_t>(graph.node_count()), false);
  for (const NodeId target : graph.targets()) touched[static_cast<std::size_t>(target)] = true;
  for (Index u = 0; u < graph.node_count(); ++u) {
    if (!touched[static_cast<std::size_t>(u)] && graph.degree(static_cast<NodeId>(u)) == 0) return true;
  }
  return false;
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

const Format& format_to_write(const fs::path& path, std::string_view name) {
  if (!name.empty()) return find_format(name);
  if (!path.has_extension() || fs::is_directory(path)) return find_format("folder");
  if (const Format* format = format_of(path)) return *format;
  std::string known;
  for (const Format& format : table) {
    if (!format.extensions.empty()) known += fmt::format("{}{}", known.empty() ? "" : " ", format.extensions);
  }
  throw UsageError(fmt::format("{}: expected one of the extensions {}, or none for a folder", path.string(), known));
}

Dataset read_dataset(const fs::path& path, const ReadOptions& options, std::string_view format) {
  const Format* chosen = format.empty() ? nullptr : &find_format(format);
  std::error_code error;
  if (!fs::exists(path, error))
    throw InputError(path.string(), 0, "expected a dataset folder or edge list, found nothing");
  if (chosen == nullptr && fs::is_directory(path)) chosen = &find_format("folder");
  if (chosen == nullptr) chosen = format_of(path.extension() == ".gz" ? path.stem() : path);
  if (chosen == nullptr) chosen = &find_format(begins_like_dataset_store(path) ? "store" : "edges");
  return chosen->read(path, options);
}

void write_dataset(const Dataset& dataset, const fs::path& path, std::string_view format, const WriteOptions& options) {
  format_to_write(path, format).write(dataset, path, options);
}

std::vector<std::string_view> left_out(const Dataset& dataset, const fs::path& path, std::string_view format) {
  const FormatParts held = format_to_write(path, format).parts;
  std::vector<std::string_view> parts;
  if (!held.isolated_nodes && has_isolated_node(dataset.graph)) parts.emplace_back("nodes without edges");
  if (!held.features && !std::holds_alternative<std::monostate>(dataset.features)) parts.emplace_back("features");
  if (!held.labels && !dataset.labels.empty()) parts.emplace_back("labels");
  if (!held.graphs && !dataset.graph_of_node.empty()) parts.emplace_back("graphs");
  if (!held.splits && !dataset.splits.empty()) parts.emplace_back("splits");
  return parts;
}

}  // namespace cairn
