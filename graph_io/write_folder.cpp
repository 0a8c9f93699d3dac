#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "graph_io/csv_writer.h"
#include "graph_io/dataset_folder.h"
#include "graph_io/edge_list.h"
#include "graph_io/feature_table.h"
#include "graph_io/folder_files.h"
#include "graph_io/matrix_market.h"
#include "graph_io/npy.h"

namespace cairn {

namespace fs = std::filesystem;

namespace {

void prepare_directory(const fs::path& directory, const WriteOptions& options) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw OutputError(fmt::format("{}: could not create it: {}", directory.string(), error.message()));
  std::vector<fs::path> present;
  try {
    present = find_folder_files(directory).all();
  } catch (const InputError& fault) {
    throw OutputError(fmt::format("expected a new or empty folder, found a dataset that is none: {}", fault.what()));
  }
  if (present.empty()) return;
  if (!options.overwrite)
    throw OutputError(fmt::format("{}: expected a new or empty folder, found {}", directory.string(),
                                  present.front().filename().string()));
  // A file of the old dataset that the new one does not replace would be read as part of it.
  for (const fs::path& path : present) fs::remove(path, error);
}

/// True where reading without graphs.csv would find all nodes, and in their order.
bool names_all_nodes(const Dataset& dataset) {
  const bool featured = !std::holds_alternative<std::monostate>(dataset.features);
  if (featured) return true;
  std::vector<bool> named(static_cast<std::size_t>(dataset.node_count()), false);
  NodeId last = -1;
  bool in_order = true;
  const auto name = [&](NodeId node) {
    if (named[static_cast<std::size_t>(node)]) return;
    named[static_cast<std::size_t>(node)] = true;
    in_order = in_order && node == last + 1;
    last = node;
  };
  for (std::size_t u = 0; u < dataset.labels.size(); ++u) {
    if (dataset.labels[u] >= 0) name(static_cast<NodeId>(u));
  }
  for (Index u = 0; u < dataset.node_count(); ++u) {
    for (const NodeId v : dataset.graph.neighbors(static_cast<NodeId>(u))) {
      if (!dataset.graph.directed() && v < u) continue;
      name(static_cast<NodeId>(u));
      name(v);
    }
  }
  return std::find(named.begin(), named.end(), false) == named.end() && (in_order || dataset.ids.are_integers());
}

void write_features(const Dataset& dataset, const fs::path& directory) {
  if (std::holds_alternative<std::monostate>(dataset.features)) return;
  if (!dataset.ids.is_range()) return write_feature_table(dataset, directory / "features.csv");
  if (const auto* dense = std::get_if<Tensor>(&dataset.features)) return write_npy(directory / "features.npy", *dense);
  write_matrix_market(directory / "features.mtx", std::get<SparseMatrix>(dataset.features));
}

void write_split(const Dataset& dataset, const Split& split, const fs::path& path) {
  CsvWriter table(path);
  table.cell("node").cell("part").end_row();
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    for (const NodeId node : split.of(part)) table.cell(dataset.ids.name(node)).cell(to_string(part)).end_row();
  }
  table.commit();
}

}  // namespace

void write_dataset_folder(const Dataset& dataset, const fs::path& directory, const WriteOptions& options) {
  check_consistent(dataset);
  prepare_directory(directory, options);
  write_features(dataset, directory);
  if (!dataset.graph_of_node.empty() || !names_all_nodes(dataset)) {
    CsvWriter table(directory / "graphs.csv");
    table.cell("node").cell("graph").end_row();
    for (Index u = 0; u < dataset.node_count(); ++u) {
      table.cell(dataset.ids.name(static_cast<NodeId>(u)));
      table.cell(
          dataset.graph_of_node.empty()
              ? "0"
              : dataset.graph_names[static_cast<std::size_t>(dataset.graph_of_node[static_cast<std::size_t>(u)])]);
      table.end_row();
    }
    table.commit();
  }
  if (!dataset.labels.empty()) {
    CsvWriter table(directory / "labels.csv");
    table.cell("node").cell("label").end_row();
    for (std::size_t u = 0; u < dataset.labels.size(); ++u) {
      if (dataset.labels[u] < 0) continue;
      table.cell(dataset.ids.name(static_cast<NodeId>(u)))
          .cell(dataset.class_names[static_cast<std::size_t>(dataset.labels[u])])
          .end_row();
    }
    table.commit();
  }
  for (std::size_t i = 0; i < dataset.splits.size(); ++i) {
    write_split(dataset, dataset.splits[i],
                directory / (dataset.splits.size() == 1 ? "split.csv" : fmt::format("split_{}.csv", i)));
  }
  write_edge_list(dataset, directory / "edges.csv");  // last: without it the folder is no dataset yet
}

}  // namespace cairn
