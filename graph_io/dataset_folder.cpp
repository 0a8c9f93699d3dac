#include "graph_io/dataset_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "graph_io/cells.h"
#include "graph_io/edge_columns.h"
#include "graph_io/edge_list.h"
#include "graph_io/feature_table.h"
#include "graph_io/folder_files.h"
#include "graph_io/matrix_market.h"
#include "graph_io/node_table.h"
#include "graph_io/npy.h"

namespace cairn {

namespace fs = std::filesystem;

namespace {

/// What the files hold, before it is known which nodes there are.
struct Parts {
  std::optional<FeatureTable> features;
  std::optional<NodeTable> graphs;
  std::optional<NodeTable> labels;
  EdgeColumns edges;
  std::vector<NodeTable> splits;
};

Parts read_parts(const FolderFiles& files, NodeKeys& keys, const ReadOptions& options) {
  Parts parts;
  if (files.features && fs::path(*files.features).filename().string().starts_with("features.csv")) {
    parts.features = read_feature_table(*files.features, keys);
  }
  if (files.graphs) parts.graphs = read_node_table(*files.graphs, TableKind::graphs, keys);
  if (files.labels) parts.labels = read_node_table(*files.labels, TableKind::labels, keys);
  parts.edges = read_edge_columns(*files.edges, keys, options.header);
  for (const fs::path& path : files.splits) parts.splits.push_back(read_node_table(path, TableKind::split, keys));

  std::vector<IdColumn> columns = parts.edges.id_columns();
  const auto add = [&](const NodeTable& table) {
    if (!table.by_graph) columns.emplace_back(std::span<const std::int64_t>(table.keys));
  };
  if (parts.graphs) add(*parts.graphs);
  if (parts.labels) add(*parts.labels);
  for (const NodeTable& split : parts.splits) add(split);
  keys.finish(columns);
  return parts;
}

[[noreturn]] void fail_at_row(const NodeTable& table, TableKind kind, std::size_t row, std::string_view message) {
  throw InputError(table.path, line_of_row(table, kind, static_cast<Index>(row)), message);
}

/// Value of each node, numbered as `places` says; -1 for nodes that the table does not name. A node may be named again
/// with the same value.
std::vector<std::int32_t> values_of_nodes(const NodeTable& table, TableKind kind,
                                          const std::vector<std::int32_t>& places, const NodeKeys& keys) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(keys.node_count()), -1);
  for (std::size_t row = 0; row < table.keys.size(); ++row) {
    std::int32_t& value = values[static_cast<std::size_t>(keys.node(table.keys[row]))];
    const auto named = static_cast<std::size_t>(table.values[row]);
    if (value >= 0 && value != places[named]) {
      const auto before = static_cast<std::size_t>(std::find(places.begin(), places.end(), value) - places.begin());
      fail_at_row(table, kind, row,
                  fmt::format("expected {} as before for this node, found {}", shown(table.names.names()[before]),
                              shown(table.names.names()[named])));
    }
    value = places[named];
  }
  return values;
}

std::vector<std::string> in_order(NodeTable& table, const std::vector<std::int32_t>& places) {
  std::vector<std::string> names = table.names.take_names();
  std::vector<std::string> result(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) result[static_cast<std::size_t>(places[i])] = std::move(names[i]);
  return result;
}

void set_labels(NodeTable& table, const NodeKeys& keys, Dataset& dataset) {
  if (table.keys.empty()) throw InputError(table.path, 0, "expected labels, found none");
  const std::vector<std::int32_t> places = sorted_places(table.names.names());
  dataset.labels = values_of_nodes(table, TableKind::labels, places, keys);
  dataset.class_names = in_order(table, places);
}

void set_graphs(NodeTable& table, const NodeKeys& keys, Dataset& dataset) {
  std::vector<std::int32_t> places(table.names.names().size());
  std::iota(places.begin(), places.end(), 0);
  if (all_integers(table.names.names())) places = sorted_places(table.names.names());
  dataset.graph_of_node = values_of_nodes(table, TableKind::graphs, places, keys);
  dataset.graph_names = in_order(table, places);
  const auto missing = std::find(dataset.graph_of_node.begin(), dataset.graph_of_node.end(), -1);
  if (missing != dataset.graph_of_node.end()) {
    const auto node = static_cast<NodeId>(missing - dataset.graph_of_node.begin());
    throw InputError(table.path, 0,
                     fmt::format("expected a graph for every node, found none for {}", shown(dataset.ids.name(node))));
  }
}

Split split_of(const NodeTable& table, const NodeKeys& keys, const Dataset& dataset) {
  std::vector<std::int32_t> part(static_cast<std::size_t>(keys.node_count()), -1);
  const auto assign = [&](NodeId node, std::size_t row) {
    if (part[static_cast<std::size_t>(node)] >= 0) {
      fail_at_row(table, TableKind::split, row,
                  fmt::format("expected each node once, found {} again", shown(dataset.ids.name(node))));
    }
    if (!dataset.labels.empty() && dataset.labels[static_cast<std::size_t>(node)] < 0) {
      fail_at_row(table, TableKind::split, row,
                  fmt::format("expected a node with a label, found {} without", shown(dataset.ids.name(node))));
    }
    part[static_cast<std::size_t>(node)] = table.values[row];
  };
  if (table.by_graph) {
    std::vector<std::vector<NodeId>> nodes_of(dataset.graph_names.size());
    for (std::size_t u = 0; u < dataset.graph_of_node.size(); ++u)
      nodes_of[static_cast<std::size_t>(dataset.graph_of_node[u])].push_back(static_cast<NodeId>(u));
    for (std::size_t row = 0; row < table.keys.size(); ++row) {
      const std::string& name = table.graphs.names()[static_cast<std::size_t>(table.keys[row])];
      const auto found = std::find(dataset.graph_names.begin(), dataset.graph_names.end(), name);
      if (found == dataset.graph_names.end())
        fail_at_row(table, TableKind::split, row, fmt::format("expected a graph of graphs.csv, found {}", shown(name)));
      for (const NodeId node : nodes_of[static_cast<std::size_t>(found - dataset.graph_names.begin())])
        assign(node, row);
    }
  } else {
    for (std::size_t row = 0; row < table.keys.size(); ++row) assign(keys.node(table.keys[row]), row);
  }
  Split split;
  for (std::size_t u = 0; u < part.size(); ++u) {
    if (part[u] < 0) continue;
    const std::string& name = table.names.names()[static_cast<std::size_t>(part[u])];
    (name == "train"        ? split.train
     : name == "validation" ? split.validation
                            : split.test)
        .push_back(static_cast<NodeId>(u));
  }
  return split;
}

void check_within_graphs(const NodeEdges& edges, const Dataset& dataset, const fs::path& path,
                         const ReadOptions& options) {
  for (Index i = 0; i < edges.count; ++i) {
    const NodeId source = edges.sources[static_cast<std::size_t>(i)];
    const NodeId target = edges.targets[static_cast<std::size_t>(i)];
    const auto graph = [&](NodeId node) {
      return static_cast<std::size_t>(dataset.graph_of_node[static_cast<std::size_t>(node)]);
    };
    if (graph(source) == graph(target)) continue;
    throw InputError(path.string(), line_of_edge(path, options.header, i),
                     fmt::format("expected an edge within a graph, found {} in {} and {} in {}",
                                 shown(dataset.ids.name(source)), shown(dataset.graph_names[graph(source)]),
                                 shown(dataset.ids.name(target)), shown(dataset.graph_names[graph(target)])));
  }
}

Dataset assemble(Parts parts, NodeKeys& keys, const FolderFiles& files, const ReadOptions& options, Dataset dataset) {
  dataset.ids = keys.take_id_map();
  if (parts.features) {
    std::vector<NodeId> places;
    for (const std::int64_t key : parts.features->keys) places.push_back(keys.node(key));
    move_rows(parts.features->values, std::move(places));
    dataset.features = std::move(parts.features->values);
  }
  if (parts.graphs) set_graphs(*parts.graphs, keys, dataset);
  if (parts.labels) set_labels(*parts.labels, keys, dataset);
  const NodeEdges edges = to_node_edges(std::move(parts.edges), keys, *files.edges, options.header);
  if (parts.graphs) check_within_graphs(edges, dataset, *files.edges, options);
  dataset.graph = graph_of(edges, keys.node_count(), options.directed, *files.edges);
  for (const NodeTable& split : parts.splits) dataset.splits.push_back(split_of(split, keys, dataset));
  if (dataset.graph_names.size() == 1) {  // one graph is what a dataset without graphs.csv is
    dataset.graph_names.clear();
    dataset.graph_of_node.clear();
  }
  return dataset;
}

/// Features that fix the nodes to the rows of a matrix; none for features.csv.
Features read_matrix_features(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.ends_with(".npy")) {
    Tensor values = read_npy_tensor(path);
    if (values.rank() != 2)
      throw InputError(path.string(), 0,
                       fmt::format("expected features [N, F], found shape {}", to_string(values.shape())));
    return values;
  }
  return name.starts_with("features.mtx") ? read_matrix_market(path) : Features{};
}

Index row_count(const Features& features) {
  if (const auto* dense = std::get_if<Tensor>(&features)) return dense->rows();
  return std::get<SparseMatrix>(features).rows();
}

}  // namespace

Dataset read_dataset_folder(const fs::path& directory, const ReadOptions& options) {
  const FolderFiles files = find_folder_files(directory);
  if (!files.edges)
    throw InputError(directory.string(), 0, "expected edges.csv, edges.tsv or edges.txt (or .gz of them), found none");
  Dataset dataset;
  dataset.name = dataset_name(directory);
  if (files.features) dataset.features = read_matrix_features(*files.features);
  const bool has_rows = !std::holds_alternative<std::monostate>(dataset.features);
  if (has_rows && feature_width(dataset.features) == 0)
    throw InputError(files.features->string(), 0, "expected at least one column of features, found none");

  const auto read_with = [&](NodeKeys keys) {
    Parts parts = read_parts(files, keys, options);
    if (keys.node_count() == 0) throw InputError(directory.string(), 0, "expected nodes, found none in any file");
    return assemble(std::move(parts), keys, files, options, dataset);
  };
  if (has_rows) return read_with(NodeKeys::rows(row_count(dataset.features), files.features->filename().string()));
  try {
    return read_with(NodeKeys::integers());
  } catch (const NotIntegers&) {
    return read_with(NodeKeys::strings());
  }
}

}  // namespace cairn
