#include "graph/node_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 4> names{"given", "degree", "bfs", "rcm"};  // as in NodeOrder

/// Every arc in both directions: the graph itself (shared) where undirected.
Graph both_directions(const Graph& graph) {
  if (!graph.directed()) return graph;
  std::vector<NodeId> sources;
  sources.reserve(graph.targets().size());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    sources.insert(sources.end(), static_cast<std::size_t>(graph.degree(u)), u);
  }
  return Graph::from_columns(graph.node_count(), sources, graph.targets(), {});
}

std::vector<NodeId> ascending_ids(Index count) {
  std::vector<NodeId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

/// Searches a graph level by level, component by component.
class LevelSearch {
 public:
  explicit LevelSearch(const Graph& graph) : graph_(graph), found_(static_cast<std::size_t>(graph.node_count()), 0) {}

  bool fewer_arcs(NodeId u, NodeId v) const { return std::pair(graph_.degree(u), u) < std::pair(graph_.degree(v), v); }

  /// All nodes, in the order found. from_rim: see NodeOrder::rcm.
  std::vector<NodeId> nodes(bool from_rim) {
    std::vector<NodeId> seeds = ascending_ids(graph_.node_count());
    std::sort(seeds.begin(), seeds.end(), [&](NodeId u, NodeId v) { return fewer_arcs(u, v); });
    std::vector<NodeId> all;
    all.reserve(seeds.size());
    for (const NodeId seed : seeds) {
      if (found_[static_cast<std::size_t>(seed)] == placed) continue;
      extend(from_rim ? rim_node(seed) : seed, placed, from_rim, all);
    }
    return all;
  }

 private:
  static constexpr std::uint8_t placed = 255;
  static constexpr std::uint8_t most_sweeps = 8;  // eccentricities hardly grow beyond three

  struct Levels {
    Index count = 0;
    std::size_t last = 0;  // where the nodes of the last one begin
  };

  /// Appends the component of `start`, and marks its nodes.
  Levels extend(NodeId start, std::uint8_t mark, bool by_degree, std::vector<NodeId>& nodes) {
    Levels levels{1, nodes.size()};
    found_[static_cast<std::size_t>(start)] = mark;
    nodes.push_back(start);
    for (std::size_t next = levels.last, end = nodes.size(); next < nodes.size(); ++next) {
      if (next == end) {
        levels = {levels.count + 1, next};
        end = nodes.size();
      }
      const std::size_t first = nodes.size();
      for (const NodeId v : graph_.neighbors(nodes[next])) {
        if (found_[static_cast<std::size_t>(v)] == mark) continue;
        found_[static_cast<std::size_t>(v)] = mark;
        nodes.push_back(v);
      }
      if (by_degree) {
        std::sort(nodes.begin() + static_cast<std::ptrdiff_t>(first), nodes.end(),
                  [&](NodeId u, NodeId v) { return fewer_arcs(u, v); });
      }
    }
    return levels;
  }

  /// A node far from others of its component: that of fewest arcs in the last level, again and again while there are
  /// more levels than before.
  NodeId rim_node(NodeId start) {
    Index most_levels = 0;
    for (std::uint8_t sweep = 1; sweep <= most_sweeps; ++sweep) {
      component_.clear();
      const Levels levels = extend(start, sweep, false, component_);
      if (levels.count <= most_levels) break;
      most_levels = levels.count;
      start = *std::min_element(component_.begin() + static_cast<std::ptrdiff_t>(levels.last), component_.end(),
                                [&](NodeId u, NodeId v) { return fewer_arcs(u, v); });
    }
    return start;
  }

  const Graph& graph_;
  std::vector<std::uint8_t> found_;  // [N], the sweep that found the node last, or `placed`
  std::vector<NodeId> component_;
};

/// The nodes in their order.
std::vector<NodeId> nodes_in_order(const Graph& graph, NodeOrder order) {
  if (order == NodeOrder::degree) {
    std::vector<NodeId> nodes = ascending_ids(graph.node_count());
    std::stable_sort(nodes.begin(), nodes.end(), [&](NodeId u, NodeId v) { return graph.degree(u) > graph.degree(v); });
    return nodes;
  }
  std::vector<NodeId> nodes = LevelSearch(graph).nodes(order == NodeOrder::rcm);
  if (order == NodeOrder::rcm) std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

NodeOrder node_order_of(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw_unknown_name("node order", name, names);
  return static_cast<NodeOrder>(found - names.begin());
}

std::span<const std::string_view> node_order_names() { return names; }

std::vector<NodeId> node_order(const Graph& graph, NodeOrder order) {
  if (order == NodeOrder::given) return ascending_ids(graph.node_count());
  return inverse_order(nodes_in_order(both_directions(graph), order));
}

std::vector<NodeId> inverse_order(std::span<const NodeId> new_id) {
  std::vector<NodeId> inverse(new_id.size(), -1);
  for (std::size_t u = 0; u < new_id.size(); ++u) {
    const NodeId id = new_id[u];
    if (id < 0 || static_cast<std::size_t>(id) >= inverse.size() || inverse[static_cast<std::size_t>(id)] >= 0) {
      throw ShapeError(fmt::format("order of {} nodes: {} is outside 0 .. {} or named twice", new_id.size(), id,
                                   static_cast<Index>(new_id.size()) - 1));
    }
    inverse[static_cast<std::size_t>(id)] = static_cast<NodeId>(u);
  }
  return inverse;
}

Index bandwidth(const Graph& graph) {
  Index widest = 0;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) widest = std::max<Index>(widest, std::abs(Index(u) - Index(v)));
  }
  return widest;
}

}  // namespace cairn
