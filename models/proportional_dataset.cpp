#include "models/proportional_dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "graph/generate.h"
#include "graph/orders.h"
#include "models/attention_plan.h"
#include "models/defaults.h"
#include "models/problem.h"

namespace cairn {

namespace {

using Nodes = std::vector<NodeId>;

constexpr Index fewest_graphs = 32;  // of a union from which some are taken as they are

/// `count` of the `all` first numbers, evenly spread, ascending.
Nodes spread(Index count, Index all) {
  Nodes chosen;
  chosen.reserve(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) chosen.push_back(static_cast<NodeId>(i * all / count));
  return chosen;
}

Index scaled(Index count, Index nodes, Index all) {
  return static_cast<Index>(
      std::llround(static_cast<double>(count) * static_cast<double>(nodes) / static_cast<double>(all)));
}

/// A grid of about `nodes` nodes with as many axes.
std::vector<Index> smaller_extents(std::vector<Index> extents, double share) {
  const double factor = std::pow(share, 1 / static_cast<double>(std::max<std::size_t>(extents.size(), 1)));
  for (Index& extent : extents) extent = std::max<Index>(1, std::llround(static_cast<double>(extent) * factor));
  return extents;
}

/// Nodes and arcs as many as asked for: a path through all nodes, so that anchors reach them, and pairs at random.
Graph drawn_graph(Index nodes, Index arcs, const Graph& like) {
  Rng rng(0);
  std::vector<Edge> edges;
  const Index wanted = like.directed() ? arcs : arcs / 2;
  edges.reserve(static_cast<std::size_t>(wanted));
  const auto tie = [&](Index u, Index v) {
    edges.push_back({static_cast<NodeId>(u), static_cast<NodeId>(v), Real(1)});
  };
  const auto draw = [&] {
    const Index u = rng.below(nodes);
    const Index v = rng.below(nodes);
    if (u != v) tie(std::min(u, v), std::max(u, v));
  };
  for (Index u = 0; u + 1 < nodes && static_cast<Index>(edges.size()) < wanted; ++u) tie(u, u + 1);
  while (nodes > 1 && static_cast<Index>(edges.size()) < wanted) draw();
  const auto graph = [&] {
    return Graph::from_edges(nodes, edges, {.directed = like.directed(), .weighted = like.weighted()});
  };
  // Pairs that were drawn twice merged; dense graphs of few nodes stay a little short.
  Graph made = graph();
  for (int turn = 0; turn < 4 && nodes > 1 && made.arc_count() + 1 < arcs; ++turn) {
    for (Index missing = (arcs - made.arc_count()) / (like.directed() ? 1 : 2); missing > 0; --missing) draw();
    made = graph();
  }
  return made;
}

/// What is asked of the edges of a graph, beside their number.
enum class Structure : std::uint8_t { none, path, cycle, grid, tree };

Structure structure_of(const TrainConfig& config) {
  if (config.task == "path-sum") return Structure::tree;
  if (!attends(config)) return Structure::none;
  if (config.attention_operator == "path") return Structure::path;
  if (config.attention_operator == "cycle") return Structure::cycle;
  if (config.attention_operator == "grid" && config.attention_shape.empty()) return Structure::grid;
  return Structure::none;
}

/// One graph of a union, smaller.
Graph smaller_graph(const Graph& graph, Structure structure, Index nodes) {
  Rng rng(0);
  switch (structure) {
    case Structure::path:
      return path_graph(nodes);
    case Structure::cycle:
      return cycle_graph(nodes);
    case Structure::tree:
      return random_recursive_tree(nodes, rng);
    case Structure::grid: {
      Nodes all(static_cast<std::size_t>(graph.node_count()));
      std::iota(all.begin(), all.end(), NodeId{0});
      const auto extents = grid_shape(graph, all);
      if (extents) {
        return grid_graph(smaller_extents(*extents, static_cast<double>(nodes) / static_cast<double>(all.size())));
      }
      break;
    }
    case Structure::none:
      break;
  }
  return drawn_graph(nodes, scaled(graph.arc_count(), nodes, std::max<Index>(graph.node_count(), 1)), graph);
}

Features rows_of(const Features& features, const Nodes& nodes) {
  if (const auto* dense = std::get_if<Tensor>(&features)) {
    Tensor rows = Tensor::uninitialized(Shape{static_cast<Index>(nodes.size()), dense->columns()});
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto from = dense->row(nodes[i]);
      std::copy(from.begin(), from.end(), rows.row(static_cast<Index>(i)).begin());
    }
    return rows;
  }
  const auto* sparse = std::get_if<SparseMatrix>(&features);
  if (sparse == nullptr) return {};
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<Real> values;
  const auto& pattern = sparse->pattern();
  for (const NodeId u : nodes) {
    const auto begin = static_cast<std::size_t>(pattern.offsets()[static_cast<std::size_t>(u)]);
    const auto end = static_cast<std::size_t>(pattern.offsets()[static_cast<std::size_t>(u) + 1]);
    for (std::size_t k = begin; k < end; ++k) {
      columns.push_back(pattern.columns()[k]);
      values.push_back(sparse->values().data()[k]);
    }
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const Shape shape{static_cast<Index>(values.size())};
  return SparseMatrix(std::make_shared<SparsePattern>(static_cast<Index>(nodes.size()), sparse->columns(),
                                                      std::move(offsets), std::move(columns)),
                      Tensor(shape, values));
}

IdMap ids_of(const IdMap& ids, const Nodes& nodes) {
  if (ids.is_range()) return IdMap::range(static_cast<Index>(nodes.size()));
  std::vector<std::string> names;
  for (const NodeId u : nodes) names.push_back(ids.name(u));
  if (!ids.are_integers()) return IdMap::strings(std::move(names));
  std::vector<std::int64_t> integers;
  for (const std::string& name : names) integers.push_back(std::stoll(name));
  return IdMap::integers(std::move(integers));
}

/// Parts of the same proportion; at least a node where the part has any.
Split smaller_split(const Split& split, const Dataset& smaller, Index all) {
  Nodes labeled;
  for (Index u = 0; u < smaller.node_count(); ++u) {
    if (smaller.labels[static_cast<std::size_t>(u)] >= 0) labeled.push_back(static_cast<NodeId>(u));
  }
  Split made;
  std::size_t next = 0;
  const auto deal = [&](const Nodes& from, Nodes& to) {
    if (from.empty()) return;
    const Index wanted = std::max<Index>(1, scaled(static_cast<Index>(from.size()), smaller.node_count(), all));
    for (Index i = 0; i < wanted && next < labeled.size(); ++i) to.push_back(labeled[next++]);
  };
  deal(split.train, made.train);
  deal(split.validation, made.validation);
  deal(split.test, made.test);
  return made;
}

/// Nodes of the dataset that stand for those of the stand-in, and its edges.
struct Chosen {
  Nodes nodes;
  Graph graph;
  std::vector<std::int32_t> graph_of_node;
  std::vector<std::string> graph_names;
};

Chosen of_one_graph(const Dataset& dataset, Structure structure, Index nodes) {
  Chosen chosen;
  chosen.graph = smaller_graph(dataset.graph, structure, nodes);
  chosen.nodes = spread(chosen.graph.node_count(), dataset.node_count());
  return chosen;
}

Chosen of_many_graphs(const Dataset& dataset, Structure structure, Index nodes) {
  std::vector<Nodes> members(static_cast<std::size_t>(dataset.graph_count()));
  for (Index u = 0; u < dataset.node_count(); ++u) {
    members[static_cast<std::size_t>(dataset.graph_of_node[static_cast<std::size_t>(u)])].push_back(
        static_cast<NodeId>(u));
  }
  const Index all = dataset.graph_count();
  Chosen chosen;
  if (all >= fewest_graphs) {
    const Index count = std::max<Index>(2, scaled(all, nodes, dataset.node_count()));
    for (const NodeId graph : spread(std::min(count, all), all)) {
      for (const NodeId u : members[static_cast<std::size_t>(graph)]) {
        chosen.nodes.push_back(u);
        chosen.graph_of_node.push_back(static_cast<std::int32_t>(chosen.graph_names.size()));
      }
      chosen.graph_names.push_back(dataset.graph_names[static_cast<std::size_t>(graph)]);
    }
    chosen.graph = induced_subgraph(dataset.graph, chosen.nodes);
    return chosen;
  }
  std::vector<Graph> graphs;
  for (const Nodes& own : members) {
    const Index count = std::max<Index>(1, scaled(static_cast<Index>(own.size()), nodes, dataset.node_count()));
    graphs.push_back(smaller_graph(induced_subgraph(dataset.graph, own), structure, count));
    for (const NodeId place : spread(graphs.back().node_count(), static_cast<Index>(own.size()))) {
      chosen.nodes.push_back(own[static_cast<std::size_t>(place)]);
      chosen.graph_of_node.push_back(static_cast<std::int32_t>(graphs.size() - 1));
    }
  }
  chosen.graph_names = dataset.graph_names;
  chosen.graph = disjoint_union(graphs);
  return chosen;
}

Coordinates rows_of(const Coordinates& given, const Nodes& nodes, const std::vector<std::int32_t>& graph_of_node) {
  const Index axes = given.axis_count();
  Coordinates rows{Tensor(Shape{static_cast<Index>(nodes.size()), axes}), {}, graph_of_node};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (Index axis = 0; axis < axes; ++axis) {
      rows.values.at(static_cast<Index>(i), axis) = given.values.at(nodes[i], axis);
      rows.valid.push_back(given.is_valid(nodes[i], axis) ? 1 : 0);
    }
  }
  return rows;
}

}  // namespace

ProportionalDataset proportional_dataset(const Dataset& dataset, const TrainConfig& config,
                                         const std::optional<Coordinates>& given, Index nodes) {
  const Structure structure = structure_of(config);
  ProportionalDataset made{.dataset = {}, .config = config, .given = std::nullopt};
  const bool taken_whole = dataset.graph_count() >= fewest_graphs;
  if (!config.attention_shape.empty() && !taken_whole) {
    const std::vector<Index> extents = smaller_extents(
        attention_shape(config), static_cast<double>(nodes) / static_cast<double>(dataset.node_count()));
    made.config.attention_shape = fmt::format("{}", fmt::join(extents, "x"));
    nodes = std::accumulate(extents.begin(), extents.end(), dataset.graph_count(), std::multiplies<>());
  }
  Chosen chosen =
      dataset.graph_names.empty() ? of_one_graph(dataset, structure, nodes) : of_many_graphs(dataset, structure, nodes);
  Dataset& smaller = made.dataset;
  smaller.name = dataset.name;
  smaller.graph = std::move(chosen.graph);
  smaller.features = rows_of(dataset.features, chosen.nodes);
  for (const NodeId u : dataset.labels.empty() ? Nodes{} : chosen.nodes) {
    smaller.labels.push_back(dataset.labels[static_cast<std::size_t>(u)]);
  }
  smaller.class_names = dataset.class_names;
  smaller.graph_of_node = std::move(chosen.graph_of_node);
  smaller.graph_names = std::move(chosen.graph_names);
  smaller.ids = ids_of(dataset.ids, chosen.nodes);
  if (given) made.given = rows_of(*given, chosen.nodes, smaller.graph_of_node);
  if (config.task == "node") {
    smaller.splits = {smaller_split(node_split(dataset, config, config.seed, 0), smaller, dataset.node_count())};
  } else {
    made.config.split_graphs = false;  // few graphs may leave a part without any
  }
  made.config.anchor_nodes.clear();
  return made;
}

}  // namespace cairn
