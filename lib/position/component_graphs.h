#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"
#include "graph/traversal.h"

namespace cairn {

/// The components of a graph as graphs of their own, each made when it is asked for: O(N) for all lists of nodes
/// together, and for each graph what it holds, so that many small components cost no more than one large one.
class ComponentGraphs {
 public:
  /// graph: undirected.
  explicit ComponentGraphs(const Graph& graph);

  const Components& components() const { return components_; }
  Index count() const { return components_.count(); }
  /// Nodes of a component, ascending: node i of its graph is nodes(component)[i].
  std::span<const NodeId> nodes(Index component) const;
  /// The component on its own.
  Graph graph(Index component) const;

 private:
  Graph graph_;
  Components components_;
  std::vector<std::size_t> starts_;  // [count + 1], of the lists of nodes
  std::vector<NodeId> nodes_;        // [N], by component
  std::vector<NodeId> places_;       // [N], of each node in its list
};

/// The graph without its directions: an edge for each pair that an arc joins, its weight the sum of theirs. An
/// undirected graph itself (shared).
Graph without_directions(const Graph& graph);

}  // namespace cairn
