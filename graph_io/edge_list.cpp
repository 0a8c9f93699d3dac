#include "graph_io/edge_list.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "graph_io/csv_writer.h"
#include "graph_io/edge_columns.h"
#include "graph_io/node_keys.h"

namespace cairn {

namespace {

Dataset read_with(NodeKeys keys, const std::filesystem::path& path, const ReadOptions& options) {
  EdgeColumns columns = read_edge_columns(path, keys, options.header);
  if (columns.count == 0) throw InputError(path.string(), 0, "expected edges, found none");
  keys.finish(columns.id_columns());
  const NodeEdges edges = to_node_edges(std::move(columns), keys, path, options.header);
  Dataset dataset;
  dataset.name = dataset_name(path);
  dataset.graph = graph_of(edges, keys.node_count(), options.directed, path);
  dataset.ids = keys.take_id_map();
  return dataset;
}

}  // namespace

std::string dataset_name(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    const auto whole = std::filesystem::absolute(path).lexically_normal();  // "." and "cora/" have no last part
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
  }
  return (path.extension() == ".gz" ? path.stem() : path).stem().string();
}

Graph graph_of(const NodeEdges& edges, Index node_count, bool directed, const std::filesystem::path& path) {
  const GraphOptions options{directed, edges.weights != nullptr};
  Graph graph = Graph::from_columns(node_count, edges.source_span(), edges.target_span(), edges.weight_span(), options);
  const auto weights = graph.weights();
  if (!std::all_of(weights.begin(), weights.end(), [](Real weight) { return std::isfinite(weight); })) {
    throw InputError(path.string(), 0, "expected weights of duplicate edges with a finite sum, found an overflow");
  }
  return graph;
}

Dataset read_edge_list(const std::filesystem::path& path, const ReadOptions& options) {
  try {
    return read_with(NodeKeys::integers(), path, options);
  } catch (const NotIntegers&) {
    return read_with(NodeKeys::strings(), path, options);
  }
}

void write_edge_list(const Dataset& dataset, const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  CsvWriter table(path, extension == ".csv" ? ',' : extension == ".tsv" ? '\t' : ' ');
  const Graph& graph = dataset.graph;
  table.cell("source").cell("target");
  if (graph.weighted()) table.cell("weight");
  table.end_row();
  for (Index u = 0; u < graph.node_count(); ++u) {
    const auto source = static_cast<NodeId>(u);
    const std::string name = dataset.ids.name(source);
    for (EdgeId arc = graph.offsets()[static_cast<std::size_t>(u)];
         arc < graph.offsets()[static_cast<std::size_t>(u) + 1]; ++arc) {
      const NodeId target = graph.targets()[static_cast<std::size_t>(arc)];
      if (!graph.directed() && target < source) continue;
      table.cell(name).cell(dataset.ids.name(target));
      if (graph.weighted()) table.cell(graph.weights()[static_cast<std::size_t>(arc)]);
      table.end_row();
    }
  }
  table.commit();
}

}  // namespace cairn
