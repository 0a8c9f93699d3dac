#include "graph_io/graphml.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "graph_io/cells.h"
#include "graph_io/edge_columns.h"
#include "graph_io/edge_list.h"
#include "graph_io/feature_table.h"
#include "graph_io/raw_graph.h"

namespace cairn {

namespace {

void check_declared(const RawGraph& raw, const std::string& path) {
  for (std::size_t i = 0; i < raw.sources.size(); ++i) {
    for (const std::int32_t name : {raw.sources[i], raw.targets[i]}) {
      if (static_cast<std::size_t>(name) < raw.place.size() && raw.place[static_cast<std::size_t>(name)] >= 0) continue;
      throw InputError(
          path, raw.edge_lines[i],
          fmt::format("expected a declared node, found {}", shown(raw.names.names()[static_cast<std::size_t>(name)])));
    }
  }
}

NodeEdges edges_of(const RawGraph& raw, const std::vector<NodeId>& node_of_name) {
  const std::size_t count = raw.sources.size();
  NodeEdges edges;
  edges.count = static_cast<Index>(count);
  edges.sources = std::make_unique_for_overwrite<NodeId[]>(count);
  edges.targets = std::make_unique_for_overwrite<NodeId[]>(count);
  for (std::size_t i = 0; i < count; ++i) {
    edges.sources[i] = node_of_name[static_cast<std::size_t>(raw.sources[i])];
    edges.targets[i] = node_of_name[static_cast<std::size_t>(raw.targets[i])];
  }
  if (raw.weighted) {
    edges.weights = std::make_unique_for_overwrite<Real[]>(count);
    std::copy(raw.weights.begin(), raw.weights.end(), edges.weights.get());
  }
  return edges;
}

/// Values of the declared nodes, by node, with the names of values in the order `places` gives them.
std::vector<std::int32_t> by_node(const std::vector<std::int32_t>& values, const std::vector<std::int32_t>& places,
                                  const std::vector<NodeId>& nodes) {
  std::vector<std::int32_t> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    result[static_cast<std::size_t>(nodes[i])] = values[i] < 0 ? -1 : places[static_cast<std::size_t>(values[i])];
  }
  return result;
}

SparseMatrix sparse_features(const RawGraph& raw, const std::vector<NodeId>& nodes) {
  const auto stored = static_cast<std::size_t>(raw.feature_offsets.back());
  std::vector<std::int64_t> offsets(nodes.size() + 1, 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    offsets[static_cast<std::size_t>(nodes[i]) + 1] = raw.feature_offsets[i + 1] - raw.feature_offsets[i];
  }
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  std::vector<std::int32_t> columns(stored);
  Tensor values = Tensor::uninitialized(Shape{static_cast<Index>(stored)});
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::int64_t from = raw.feature_offsets[i];
    const std::int64_t count = raw.feature_offsets[i + 1] - from;
    const std::int64_t to = offsets[static_cast<std::size_t>(nodes[i])];
    std::copy_n(raw.feature_columns.begin() + from, count, columns.begin() + to);
    std::copy_n(raw.features.begin() + from, count, values.data() + to);
  }
  return SparseMatrix(
      std::make_shared<SparsePattern>(static_cast<Index>(nodes.size()), static_cast<Index>(raw.feature_count),
                                      std::move(offsets), std::move(columns)),
      std::move(values));
}

Features features_of(const RawGraph& raw, const std::vector<NodeId>& nodes) {
  if (raw.sparse) return sparse_features(raw, nodes);
  Tensor features(Shape{static_cast<Index>(nodes.size()), static_cast<Index>(raw.feature_count)}, raw.features);
  move_rows(features, nodes);
  return features;
}

/// Names of the nodes, which the graph has no more use for.
IdMap ids_of(RawGraph& raw, const std::vector<NodeId>& nodes, bool integers) {
  if (integers) {
    std::vector<std::int64_t> ids(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      ids[static_cast<std::size_t>(nodes[i])] = *as_integer(raw.names.names()[static_cast<std::size_t>(raw.order[i])]);
    }
    return IdMap::integers(std::move(ids));
  }
  std::vector<std::string> names(nodes.size());
  std::vector<std::string> given = raw.names.take_names();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    names[static_cast<std::size_t>(nodes[i])] = std::move(given[static_cast<std::size_t>(raw.order[i])]);
  }
  return IdMap::strings(std::move(names));
}

std::vector<std::string> in_order(NameTable& names, const std::vector<std::int32_t>& places) {
  std::vector<std::string> given = names.take_names();
  std::vector<std::string> result(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) result[static_cast<std::size_t>(places[i])] = std::move(given[i]);
  return result;
}

void check_within_graphs(const RawGraph& raw, const NodeEdges& edges, const Dataset& dataset, const std::string& path) {
  for (std::size_t i = 0; i < raw.sources.size(); ++i) {
    const auto graph = [&](NodeId node) { return dataset.graph_of_node[static_cast<std::size_t>(node)]; };
    if (graph(edges.sources[i]) != graph(edges.targets[i])) {
      throw InputError(
          path, raw.edge_lines[i],
          fmt::format("expected an edge within a graph, found {} and {} in two",
                      shown(dataset.ids.name(edges.sources[i])), shown(dataset.ids.name(edges.targets[i]))));
    }
  }
}

}  // namespace

Dataset read_graphml(const std::filesystem::path& path, const ReadOptions& options) {
  RawGraph raw = read_raw_graph(path);
  check_declared(raw, path.string());
  const bool integers = all_integers(raw.names.names());
  const std::vector<NodeId> node_of_name = integers ? sorted_places(raw.names.names()) : raw.place;
  std::vector<NodeId> nodes;  // in the order of declaration
  for (const std::int32_t name : raw.order) nodes.push_back(node_of_name[static_cast<std::size_t>(name)]);
  const auto count = static_cast<Index>(nodes.size());

  Dataset dataset;
  dataset.name = dataset_name(path);
  if (raw.feature_count > 0) dataset.features = features_of(raw, nodes);
  if (raw.labeled && raw.class_names.size() > 0) {
    const std::vector<std::int32_t> places = sorted_places(raw.class_names.names());
    dataset.labels = by_node(raw.class_of, places, nodes);
    dataset.class_names = in_order(raw.class_names, places);
  }
  const NodeEdges edges = edges_of(raw, node_of_name);
  dataset.ids = ids_of(raw, nodes, integers);
  if (raw.graph_names.size() > 1) {
    std::vector<std::int32_t> places(static_cast<std::size_t>(raw.graph_names.size()));
    std::iota(places.begin(), places.end(), 0);
    if (all_integers(raw.graph_names.names())) places = sorted_places(raw.graph_names.names());
    dataset.graph_of_node = by_node(raw.graph_of, places, nodes);
    dataset.graph_names = in_order(raw.graph_names, places);
    check_within_graphs(raw, edges, dataset, path.string());
  }
  dataset.graph = graph_of(edges, count, raw.directed || options.directed, path);
  return dataset;
}

}  // namespace cairn
