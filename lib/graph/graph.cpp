#include "graph/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "graph/compressed_rows.h"

namespace cairn {

struct Graph::Data {
  CompressedRows rows;
  GraphOptions options;
  EdgeCounts counts;

  Index node_count() const { return static_cast<Index>(rows.offsets.values().size()) - 1; }
};

namespace {

constexpr Index rows_per_block = 8192;

EdgeId edges_as_counted(const CompressedRows& rows, bool directed) {
  const auto arcs = static_cast<EdgeId>(rows.targets.values().size());
  return directed ? arcs : (arcs + rows.self_loops) / 2;
}

/// Row of each arc: the column that compressed rows leave out.
std::vector<NodeId> arc_sources(const Graph& graph) {
  std::vector<NodeId> sources(static_cast<std::size_t>(graph.arc_count()));
  parallel_blocks(graph.node_count(), rows_per_block, [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      const auto row = static_cast<std::size_t>(u);
      std::fill(sources.begin() + graph.offsets()[row], sources.begin() + graph.offsets()[row + 1],
                static_cast<NodeId>(u));
    }
  });
  return sources;
}

/// What is wrong with row u, in words; it was found to be wrong.
[[noreturn]] void fail_at_row(Index u, std::span<const NodeId> row, Index node_count) {
  NodeId previous = -1;
  for (const NodeId target : row) {
    if (target <= previous || target >= node_count) {
      throw ShapeError(fmt::format("graph: node {}: target {} follows {} of {}", u, target, previous, node_count));
    }
    previous = target;
  }
  throw ShapeError(fmt::format("graph: node {}: its targets changed while they were read", u));
}

/// Throws ShapeError unless offsets ascend and fit, and the targets of each row ascend within range. Returns the number
/// of rows that hold their own node.
EdgeId check_rows(std::span<const EdgeId> offsets, std::span<const NodeId> targets) {
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != static_cast<EdgeId>(targets.size()) ||
      offsets.size() - 1 > static_cast<std::size_t>(std::numeric_limits<NodeId>::max())) {
    throw ShapeError(fmt::format("graph: {} offsets do not fit {} targets", offsets.size(), targets.size()));
  }
  const auto node_count = static_cast<Index>(offsets.size()) - 1;
  std::vector<EdgeId> loops(static_cast<std::size_t>((node_count + rows_per_block - 1) / rows_per_block), 0);
  parallel_blocks(node_count, rows_per_block, [&](Index begin, Index end) {
    EdgeId own = 0;
    for (Index u = begin; u < end; ++u) {
      const EdgeId first = offsets[static_cast<std::size_t>(u)];
      const EdgeId last = offsets[static_cast<std::size_t>(u) + 1];
      if (first > last || first < 0 || last > static_cast<EdgeId>(targets.size())) {
        throw ShapeError(fmt::format("graph: the offsets of node {} descend or overshoot", u));
      }
      if (first == last) continue;
      // No way out of the loop: it becomes vector code, and faults are rare. Between ends in range all else ascends.
      const NodeId* const row = targets.data() + first;
      const EdgeId count = last - first;
      const auto node = static_cast<NodeId>(u);
      std::uint32_t descents = 0;
      std::uint32_t found = row[0] == node ? 1 : 0;
      for (EdgeId k = 1; k < count; ++k) {
        descents |= row[k] <= row[k - 1] ? 1U : 0U;
        found += row[k] == node ? 1U : 0U;
      }
      if (descents != 0 || row[0] < 0 || row[count - 1] >= node_count) {
        fail_at_row(u, {row, static_cast<std::size_t>(count)}, node_count);
      }
      own += found;
    }
    loops[static_cast<std::size_t>(begin / rows_per_block)] = own;
  });
  return std::accumulate(loops.begin(), loops.end(), EdgeId{0});
}

}  // namespace

Graph::Graph() : Graph(from_rows({0}, {}, {})) {}

Graph::Graph(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Graph Graph::from_edges(Index node_count, std::span<const Edge> edges, const GraphOptions& options) {
  Data data;
  data.rows = compress_rows(node_count, edges, {.both_directions = !options.directed, .weighted = options.weighted});
  data.options = options;
  data.counts.self_loops = data.rows.self_loops;
  data.counts.merged_duplicates = static_cast<EdgeId>(edges.size()) - edges_as_counted(data.rows, options.directed);
  return Graph(std::make_shared<const Data>(std::move(data)));
}

Graph Graph::from_columns(Index node_count, std::span<const NodeId> sources, std::span<const NodeId> targets,
                          std::span<const Real> weights, const GraphOptions& options) {
  Data data;
  data.rows = compress_rows(node_count, sources, targets, weights,
                            {.both_directions = !options.directed, .weighted = options.weighted});
  data.options = options;
  data.counts.self_loops = data.rows.self_loops;
  data.counts.merged_duplicates = static_cast<EdgeId>(sources.size()) - edges_as_counted(data.rows, options.directed);
  return Graph(std::make_shared<const Data>(std::move(data)));
}

Graph Graph::from_rows(std::vector<EdgeId> offsets, std::vector<NodeId> targets, std::vector<Real> weights,
                       const GraphOptions& options) {
  if (options.weighted && weights.empty()) weights.assign(targets.size(), Real(1));
  CompressedRows rows;
  rows.offsets = SharedArray<EdgeId>(std::move(offsets));
  rows.targets = SharedArray<NodeId>(std::move(targets));
  rows.weights = SharedArray<Real>(std::move(weights));
  return from_finished(std::move(rows), options);
}

Graph Graph::from_memory(std::span<const EdgeId> offsets, std::span<const NodeId> targets,
                         std::span<const Real> weights, const GraphOptions& options,
                         const std::shared_ptr<const void>& owner) {
  CompressedRows rows;
  rows.offsets = SharedArray<EdgeId>(offsets, owner);
  rows.targets = SharedArray<NodeId>(targets, owner);
  rows.weights = SharedArray<Real>(weights, owner);
  return from_finished(std::move(rows), options);
}

Graph Graph::from_finished(CompressedRows rows, const GraphOptions& options) {
  const auto arcs = rows.targets.values().size();
  const auto weights = rows.weights.values().size();
  rows.self_loops = check_rows(rows.offsets.values(), rows.targets.values());
  if (weights != arcs && (options.weighted || weights > 0)) {
    throw ShapeError(fmt::format("graph: {} arcs and {} weights", arcs, weights));
  }
  if (!options.weighted) rows.weights = {};
  Data data;
  data.rows = std::move(rows);
  data.options = options;
  data.counts.self_loops = data.rows.self_loops;
  return Graph(std::make_shared<const Data>(std::move(data)));
}

Index Graph::node_count() const { return data_->node_count(); }
Index Graph::arc_count() const { return static_cast<Index>(data_->rows.targets.values().size()); }
Index Graph::edge_count() const { return edges_as_counted(data_->rows, directed()); }
bool Graph::directed() const { return data_->options.directed; }
bool Graph::weighted() const { return data_->options.weighted; }
EdgeCounts Graph::counts() const { return data_->counts; }

std::span<const EdgeId> Graph::offsets() const { return data_->rows.offsets.values(); }
std::span<const NodeId> Graph::targets() const { return data_->rows.targets.values(); }
std::span<const Real> Graph::weights() const { return data_->rows.weights.values(); }

std::span<const NodeId> Graph::neighbors(NodeId u) const {
  const auto first = static_cast<std::size_t>(offsets()[static_cast<std::size_t>(u)]);
  return targets().subspan(first, static_cast<std::size_t>(degree(u)));
}

Index Graph::degree(NodeId u) const {
  return offsets()[static_cast<std::size_t>(u) + 1] - offsets()[static_cast<std::size_t>(u)];
}

Graph Graph::reversed() const {
  if (!directed()) return *this;
  auto data = std::make_shared<Data>(*data_);
  data->rows = compress_rows(node_count(), targets(), arc_sources(*this), weights(), {.weighted = weighted()});
  return Graph(std::move(data));
}

namespace {

/// The graph of finished arcs (both directions where undirected).
Graph from_arcs(Index node_count, std::span<const NodeId> sources, std::span<const NodeId> targets,
                std::span<const Real> weights, const GraphOptions& options) {
  const CompressedRows rows = compress_rows(node_count, sources, targets, weights, {.weighted = options.weighted});
  const auto copy = [](const auto& array) { return std::vector(array.values().begin(), array.values().end()); };
  return Graph::from_rows(copy(rows.offsets), copy(rows.targets), copy(rows.weights), options);
}

GraphOptions options_of(const Graph& graph) { return {.directed = graph.directed(), .weighted = graph.weighted()}; }

}  // namespace

Graph relabeled(const Graph& graph, std::span<const NodeId> new_id) {
  if (static_cast<Index>(new_id.size()) != graph.node_count()) {
    throw ShapeError(fmt::format("relabeled: {} new ids for {} nodes", new_id.size(), graph.node_count()));
  }
  std::vector<bool> taken(new_id.size(), false);
  for (const NodeId id : new_id) {
    if (id < 0 || id >= graph.node_count() || taken[static_cast<std::size_t>(id)]) {
      throw ShapeError(fmt::format("relabeled: {} is outside 0 .. {} or named twice", id, graph.node_count() - 1));
    }
    taken[static_cast<std::size_t>(id)] = true;
  }
  std::vector<NodeId> sources = arc_sources(graph);
  std::vector<NodeId> targets(graph.targets().begin(), graph.targets().end());
  for (NodeId& id : sources) id = new_id[static_cast<std::size_t>(id)];
  for (NodeId& id : targets) id = new_id[static_cast<std::size_t>(id)];
  return from_arcs(graph.node_count(), sources, targets, graph.weights(), options_of(graph));
}

Graph induced_subgraph(const Graph& graph, std::span<const NodeId> nodes) {
  std::vector<NodeId> new_id(static_cast<std::size_t>(graph.node_count()), -1);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] < 0 || nodes[i] >= graph.node_count() || new_id[static_cast<std::size_t>(nodes[i])] >= 0) {
      throw ShapeError(
          fmt::format("induced subgraph: node {} is outside 0 .. {} or named twice", nodes[i], graph.node_count() - 1));
    }
    new_id[static_cast<std::size_t>(nodes[i])] = static_cast<NodeId>(i);
  }
  std::vector<NodeId> sources;
  std::vector<NodeId> targets;
  std::vector<Real> weights;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto u = static_cast<std::size_t>(nodes[i]);
    for (auto k = static_cast<std::size_t>(graph.offsets()[u]); k < static_cast<std::size_t>(graph.offsets()[u + 1]);
         ++k) {
      const NodeId target = new_id[static_cast<std::size_t>(graph.targets()[k])];
      if (target < 0) continue;
      sources.push_back(static_cast<NodeId>(i));
      targets.push_back(target);
      if (graph.weighted()) weights.push_back(graph.weights()[k]);
    }
  }
  return from_arcs(static_cast<Index>(nodes.size()), sources, targets, weights, options_of(graph));
}

Graph disjoint_union(std::span<const Graph> graphs) {
  if (graphs.empty()) return Graph();
  GraphOptions options = options_of(graphs.front());
  Index node_count = 0;
  Index arc_count = 0;
  for (const Graph& graph : graphs) {
    if (graph.directed() != options.directed)
      throw ShapeError("disjoint union: some graphs are directed and some are not");
    options.weighted = options.weighted || graph.weighted();
    node_count += graph.node_count();
    arc_count += graph.arc_count();
  }
  if (node_count > std::numeric_limits<NodeId>::max()) {
    throw ShapeError(
        fmt::format("disjoint union: {} nodes are more than {}", node_count, std::numeric_limits<NodeId>::max()));
  }
  std::vector<EdgeId> offsets{0};
  std::vector<NodeId> targets;
  std::vector<Real> weights;
  offsets.reserve(static_cast<std::size_t>(node_count) + 1);
  targets.reserve(static_cast<std::size_t>(arc_count));
  for (const Graph& graph : graphs) {
    const EdgeId first_arc = offsets.back();
    const auto first_node = static_cast<NodeId>(offsets.size() - 1);
    for (const EdgeId offset : graph.offsets().subspan(1)) offsets.push_back(first_arc + offset);
    for (const NodeId target : graph.targets()) targets.push_back(first_node + target);
    if (!options.weighted) continue;
    weights.insert(weights.end(), graph.weights().begin(), graph.weights().end());
    weights.resize(targets.size(), Real(1));  // an unweighted graph among weighted ones
  }
  return Graph::from_rows(std::move(offsets), std::move(targets), std::move(weights), options);
}

}  // namespace cairn
