#include "position/component_graphs.h"

#include <utility>

namespace cairn {

namespace {
std::size_t at(NodeId u) { return static_cast<std::size_t>(u); }
}  // namespace

ComponentGraphs::ComponentGraphs(const Graph& graph) : graph_(graph), components_(connected_components(graph)) {
  starts_.assign(1, 0);
  for (const Index size : components_.sizes) starts_.push_back(starts_.back() + static_cast<std::size_t>(size));
  nodes_.resize(at(static_cast<NodeId>(graph.node_count())));
  places_.resize(nodes_.size());
  std::vector<std::size_t> next = starts_;
  for (std::size_t u = 0; u < nodes_.size(); ++u) {
    const std::size_t component = at(components_.of_node[u]);
    places_[u] = static_cast<NodeId>(next[component] - starts_[component]);
    nodes_[next[component]++] = static_cast<NodeId>(u);
  }
}

std::span<const NodeId> ComponentGraphs::nodes(Index component) const {
  const auto c = static_cast<std::size_t>(component);
  return std::span(nodes_).subspan(starts_[c], starts_[c + 1] - starts_[c]);
}

Graph ComponentGraphs::graph(Index component) const {
  if (count() == 1) return graph_;
  std::vector<EdgeId> offsets{0};
  std::vector<NodeId> targets;
  std::vector<Real> weights;
  for (const NodeId u : nodes(component)) {
    const auto begin = static_cast<std::size_t>(graph_.offsets()[at(u)]);
    const auto end = static_cast<std::size_t>(graph_.offsets()[at(u) + 1]);
    for (std::size_t arc = begin; arc < end; ++arc) {
      targets.push_back(places_[at(graph_.targets()[arc])]);  // ascending, as lists of nodes are
      if (graph_.weighted()) weights.push_back(graph_.weights()[arc]);
    }
    offsets.push_back(static_cast<EdgeId>(targets.size()));
  }
  return Graph::from_rows(std::move(offsets), std::move(targets), std::move(weights),
                          {.directed = false, .weighted = graph_.weighted()});
}

Graph without_directions(const Graph& graph) {
  if (!graph.directed()) return graph;
  std::vector<NodeId> sources;
  sources.reserve(graph.targets().size());
  for (Index u = 0; u < graph.node_count(); ++u) {
    sources.insert(sources.end(), static_cast<std::size_t>(graph.degree(static_cast<NodeId>(u))),
                   static_cast<NodeId>(u));
  }
  return Graph::from_columns(graph.node_count(), sources, graph.targets(), graph.weights(),
                             {.directed = false, .weighted = graph.weighted()});
}

}  // namespace cairn
