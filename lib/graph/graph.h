#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/types.h"

namespace cairn {

struct CompressedRows;

struct Edge {
  NodeId source = 0;
  NodeId target = 0;
  Real weight = 1;
};

struct GraphOptions {
  bool directed = false;
  bool weighted = false;  // false: every weight is 1 and none is stored
};

/// What from_edges met on the way.
struct EdgeCounts {
  EdgeId merged_duplicates = 0;  // input edges that named a pair already named (in either direction where undirected)
  EdgeId self_loops = 0;         // kept, and one arc each
};

/// An immutable graph in compressed rows; copies share storage. Row u holds the arcs that leave u, targets ascending.
/// An undirected edge {u, v} is stored as the arcs (u, v) and (v, u), a self-loop as one arc.
class Graph {
 public:
  /// No nodes.
  Graph();
  /// Duplicate edges merge: their weights add where weighted. In parallel, the same result for any number of threads.
  /// Throws ShapeError for an id outside 0 .. node_count - 1.
  static Graph from_edges(Index node_count, std::span<const Edge> edges, const GraphOptions& options = {});
  /// The same from two columns of ids: no copy of the edges is made. weights: empty, or one an edge.
  static Graph from_columns(Index node_count, std::span<const NodeId> sources, std::span<const NodeId> targets,
                            std::span<const Real> weights, const GraphOptions& options = {});
  /// Takes finished rows: targets ascending and unique within a row, symmetric unless directed. weights: empty, or one
  /// an arc. Throws ShapeError where offsets or ids do not fit; symmetry is the caller's word.
  static Graph from_rows(std::vector<EdgeId> offsets, std::vector<NodeId> targets, std::vector<Real> weights,
                         const GraphOptions& options = {});
  /// Finished rows, as from_rows() takes them, that lie elsewhere (in a mapped file): nothing is copied. The memory
  /// must hold for as long as `owner` lives, which every copy of the graph keeps. weights: one an arc where options say
  /// weighted. The rows are checked in parallel, in about the time of reading them once; throws as from_rows().
  static Graph from_memory(std::span<const EdgeId> offsets, std::span<const NodeId> targets,
                           std::span<const Real> weights, const GraphOptions& options,
                           const std::shared_ptr<const void>& owner);

  Index node_count() const;
  /// Stored arcs E: an undirected edge counts twice, a self-loop once.
  Index arc_count() const;
  /// Edges as a user counts them: arcs where directed, else pairs (and self-loops).
  Index edge_count() const;
  bool directed() const;
  bool weighted() const;
  EdgeCounts counts() const;

  std::span<const EdgeId> offsets() const;  // node_count + 1
  std::span<const NodeId> targets() const;  // arc_count
  std::span<const Real> weights() const;    // arc_count, or empty where not weighted
  std::span<const NodeId> neighbors(NodeId u) const;
  Index degree(NodeId u) const;
  /// Arcs turned around; the graph itself (shared) where undirected.
  Graph reversed() const;

 private:
  struct Data;
  static Graph from_finished(CompressedRows rows, const GraphOptions& options);
  explicit Graph(std::shared_ptr<const Data> data);
  std::shared_ptr<const Data> data_;
};

/// The graph in which node u is called new_id[u]. new_id: a permutation of 0 .. N - 1.
Graph relabeled(const Graph& graph, std::span<const NodeId> new_id);
/// The part of the graph on `nodes` (which become 0, 1, ... in that order) and the arcs between them.
Graph induced_subgraph(const Graph& graph, std::span<const NodeId> nodes);
/// All graphs side by side; the nodes of the second follow those of the first. All directed or none; else ShapeError.
Graph disjoint_union(std::span<const Graph> graphs);

}  // namespace cairn
