#include "data/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

[[noreturn]] void fail(const Dataset& dataset, std::string_view problem) {
  throw ShapeError(fmt::format("dataset '{}': {}", dataset.name, problem));
}

void expect(bool holds, const Dataset& dataset, std::string_view problem) {
  if (!holds) fail(dataset, problem);
}

void check_split(const Dataset& dataset, const Split& split, std::size_t number) {
  std::vector<bool> taken(static_cast<std::size_t>(dataset.node_count()), false);
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    NodeId last = -1;
    for (const NodeId node : split.of(part)) {
      const bool fits = node > last && node < dataset.node_count() && !taken[static_cast<std::size_t>(node)];
      if (!fits) {
        fail(dataset, fmt::format("split {}: node {} of '{}' is out of range, out of order, or in two parts", number,
                                  node, to_string(part)));
      }
      taken[static_cast<std::size_t>(node)] = true;
      last = node;
    }
  }
}

Index feature_rows(const Features& features) {
  if (const auto* dense = std::get_if<Tensor>(&features)) return dense->rows();
  if (const auto* sparse = std::get_if<SparseMatrix>(&features)) return sparse->rows();
  return 0;
}

SparseMatrix stacked_sparse(const std::vector<Dataset>& datasets, Index width) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<Real> values;
  for (const Dataset& dataset : datasets) {
    const auto& part = std::get<SparseMatrix>(dataset.features);
    const std::int64_t first = offsets.back();
    for (const std::int64_t offset : part.pattern().offsets().subspan(1)) offsets.push_back(first + offset);
    columns.insert(columns.end(), part.pattern().columns().begin(), part.pattern().columns().end());
    values.insert(values.end(), part.values().values().begin(), part.values().values().end());
  }
  const auto rows = static_cast<Index>(offsets.size()) - 1;
  const Shape count{static_cast<Index>(values.size())};
  return SparseMatrix(std::make_shared<SparsePattern>(rows, width, std::move(offsets), std::move(columns)),
                      Tensor(count, std::span<const Real>(values)));
}

Features stacked_features(const std::vector<Dataset>& datasets) {
  const Features& first = datasets.front().features;
  const Index width = feature_width(first);
  Index rows = 0;
  for (const Dataset& dataset : datasets) {
    if (dataset.features.index() != first.index() || feature_width(dataset.features) != width) {
      throw ShapeError(fmt::format("disjoint union: '{}' and '{}' differ in the width or kind of their features",
                                   datasets.front().name, dataset.name));
    }
    rows += dataset.node_count();
  }
  if (std::holds_alternative<std::monostate>(first)) return {};
  if (std::holds_alternative<SparseMatrix>(first)) return stacked_sparse(datasets, width);
  Tensor stacked = Tensor::uninitialized({rows, width});
  Real* next = stacked.data();
  for (const Dataset& dataset : datasets) {
    const Tensor& part = std::get<Tensor>(dataset.features);
    next = std::copy(part.values().begin(), part.values().end(), next);
  }
  return stacked;
}

void unite_labels(const std::vector<Dataset>& datasets, Dataset& result) {
  const bool labeled =
      std::any_of(datasets.begin(), datasets.end(), [](const Dataset& d) { return !d.labels.empty(); });
  if (!labeled) return;
  std::unordered_map<std::string, std::int32_t> class_of;
  for (const Dataset& dataset : datasets) {
    std::vector<std::int32_t> new_class;
    for (const std::string& name : dataset.class_names) {
      const auto [entry, is_new] = class_of.emplace(name, static_cast<std::int32_t>(class_of.size()));
      if (is_new) result.class_names.push_back(name);
      new_class.push_back(entry->second);
    }
    if (dataset.labels.empty()) {
      result.labels.insert(result.labels.end(), static_cast<std::size_t>(dataset.node_count()), -1);
    }
    for (const std::int32_t label : dataset.labels) {
      result.labels.push_back(label < 0 ? -1 : new_class[static_cast<std::size_t>(label)]);
    }
  }
}

bool all_different(const std::vector<std::string>& names) {
  return std::unordered_set<std::string_view>(names.begin(), names.end()).size() == names.size();
}

void unite_graphs(const std::vector<Dataset>& datasets, Dataset& result) {
  std::vector<std::string> located;
  for (std::size_t position = 0; position < datasets.size(); ++position) {
    const Dataset& dataset = datasets[position];
    const auto first = static_cast<std::int32_t>(result.graph_names.size());
    for (Index u = 0; u < dataset.node_count(); ++u) {
      result.graph_of_node.push_back(
          first + (dataset.graph_of_node.empty() ? 0 : dataset.graph_of_node[static_cast<std::size_t>(u)]));
    }
    for (Index g = 0; g < dataset.graph_count(); ++g) {
      result.graph_names.push_back(dataset.graph_names.empty() ? dataset.name
                                                               : dataset.graph_names[static_cast<std::size_t>(g)]);
      located.push_back(fmt::format("{}/{}", position, result.graph_names.back()));
    }
  }
  if (!all_different(result.graph_names)) result.graph_names = std::move(located);
}

IdMap united_ids(const std::vector<Dataset>& datasets) {
  std::vector<std::string> names;
  for (const Dataset& dataset : datasets) {
    for (Index u = 0; u < dataset.node_count(); ++u) names.push_back(dataset.ids.name(static_cast<NodeId>(u)));
  }
  if (all_different(names)) return IdMap::strings(std::move(names));
  auto name = names.begin();
  for (std::size_t position = 0; position < datasets.size(); ++position) {
    for (Index u = 0; u < datasets[position].node_count(); ++u, ++name) *name = fmt::format("{}/{}", position, *name);
  }
  return IdMap::strings(std::move(names));
}

void unite_splits(const std::vector<Dataset>& datasets, Dataset& result) {
  const std::size_t count = datasets.front().splits.size();
  const bool alike =
      std::all_of(datasets.begin(), datasets.end(), [=](const Dataset& d) { return d.splits.size() == count; });
  if (!alike) return;
  result.splits.resize(count);
  NodeId first = 0;
  for (const Dataset& dataset : datasets) {
    const auto append = [first](const std::vector<NodeId>& from, std::vector<NodeId>& to) {
      for (const NodeId node : from) to.push_back(first + node);
    };
    for (std::size_t i = 0; i < count; ++i) {
      append(dataset.splits[i].train, result.splits[i].train);
      append(dataset.splits[i].validation, result.splits[i].validation);
      append(dataset.splits[i].test, result.splits[i].test);
    }
    first += static_cast<NodeId>(dataset.node_count());
  }
}

}  // namespace

Index feature_width(const Features& features) {
  if (const auto* dense = std::get_if<Tensor>(&features)) return dense->columns();
  if (const auto* sparse = std::get_if<SparseMatrix>(&features)) return sparse->columns();
  return 0;
}

void check_consistent(const Dataset& dataset) {
  const auto nodes = static_cast<std::size_t>(dataset.node_count());
  const bool featured = !std::holds_alternative<std::monostate>(dataset.features);
  expect(!featured || feature_rows(dataset.features) == dataset.node_count(), dataset,
         fmt::format("features of {} nodes for a graph of {}", feature_rows(dataset.features), nodes));
  expect(dataset.labels.empty() || dataset.labels.size() == nodes, dataset,
         fmt::format("labels of {} nodes for a graph of {}", dataset.labels.size(), nodes));
  for (const std::int32_t label : dataset.labels) {
    if (label < -1 || label >= dataset.class_count())
      fail(dataset, fmt::format("a label {} where there are {} classes", label, dataset.class_count()));
  }
  expect(dataset.graph_of_node.empty() == dataset.graph_names.empty() || nodes == 0, dataset,
         "graph_of_node and graph_names: expected both or neither");
  expect(dataset.graph_of_node.empty() || dataset.graph_of_node.size() == nodes, dataset,
         fmt::format("graphs of {} nodes for a graph of {}", dataset.graph_of_node.size(), nodes));
  for (const std::int32_t graph : dataset.graph_of_node) {
    if (graph < 0 || graph >= dataset.graph_count())
      fail(dataset, fmt::format("a node of graph {} where there are {} graphs", graph, dataset.graph_count()));
  }
  expect(dataset.ids.size() == dataset.node_count(), dataset,
         fmt::format("ids of {} nodes for a graph of {}", dataset.ids.size(), nodes));
  for (std::size_t i = 0; i < dataset.splits.size(); ++i) check_split(dataset, dataset.splits[i], i);
}

Dataset disjoint_union(const std::vector<Dataset>& datasets) {
  if (datasets.empty()) return {};
  if (datasets.size() == 1) return datasets.front();
  Dataset result;
  std::vector<Graph> graphs;
  for (const Dataset& dataset : datasets) {
    check_consistent(dataset);
    graphs.push_back(dataset.graph);
    result.name += (result.name.empty() ? "" : "+") + dataset.name;
  }
  result.graph = disjoint_union(std::span<const Graph>(graphs));
  result.features = stacked_features(datasets);
  unite_labels(datasets, result);
  unite_graphs(datasets, result);
  unite_splits(datasets, result);
  result.ids = united_ids(datasets);
  return result;
}

}  // namespace cairn
