#include "graph/traversal.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"

namespace cairn {

namespace {

constexpr Index rows_per_block = 8192;

/// Farthest node that `source` reaches and its distance; of equals the one with the lowest degree, then the lowest id:
/// the ends of a graph tend to have few neighbors.
struct Farthest {
  NodeId node = 0;
  Index hops = 0;
};

Farthest farthest_from(const Graph& graph, NodeId source) {
  const std::vector<std::int32_t> hops = hop_distances(graph, source);
  Farthest best{source, 0};
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const Index distance = hops[static_cast<std::size_t>(u)];
    if (distance > best.hops || (distance == best.hops && distance > 0 && graph.degree(u) < graph.degree(best.node))) {
      best = {u, distance};
    }
  }
  return best;
}

NodeId root_of(std::vector<NodeId>& parent, NodeId u) {
  while (parent[static_cast<std::size_t>(u)] != u) {
    NodeId& above = parent[static_cast<std::size_t>(u)];
    above = parent[static_cast<std::size_t>(above)];
    u = above;
  }
  return u;
}

}  // namespace

std::vector<std::int32_t> hop_distances(const Graph& graph, NodeId source) {
  if (source < 0 || source >= graph.node_count()) {
    throw ShapeError(fmt::format("hop distances: node {} is outside 0 .. {}", source, graph.node_count() - 1));
  }
  std::vector<std::int32_t> hops(static_cast<std::size_t>(graph.node_count()), -1);
  hops[static_cast<std::size_t>(source)] = 0;
  std::vector<NodeId> queue{source};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const NodeId u = queue[next];
    for (const NodeId v : graph.neighbors(u)) {
      if (hops[static_cast<std::size_t>(v)] >= 0) continue;
      hops[static_cast<std::size_t>(v)] = hops[static_cast<std::size_t>(u)] + 1;
      queue.push_back(v);
    }
  }
  return hops;
}

std::int32_t Components::largest() const {
  if (sizes.empty()) return -1;
  return static_cast<std::int32_t>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
}

Components connected_components(const Graph& graph) {
  std::vector<NodeId> parent(static_cast<std::size_t>(graph.node_count()));
  std::iota(parent.begin(), parent.end(), NodeId{0});
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      const NodeId a = root_of(parent, u);
      const NodeId b = root_of(parent, v);
      parent[static_cast<std::size_t>(std::max(a, b))] =
          std::min(a, b);  // so that a root is its component's lowest node
    }
  }
  Components result;
  result.of_node.resize(parent.size());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const NodeId root = root_of(parent, u);
    std::int32_t& component = result.of_node[static_cast<std::size_t>(u)];
    if (root == u) {
      component = static_cast<std::int32_t>(result.sizes.size());
      result.sizes.push_back(0);
    } else {
      component = result.of_node[static_cast<std::size_t>(root)];
    }
    ++result.sizes[static_cast<std::size_t>(component)];
  }
  return result;
}

Index diameter_lower_bound(const Graph& graph, Index sweeps) {
  if (graph.node_count() == 0) return 0;
  const Components components = connected_components(graph);
  const std::int32_t largest = components.largest();
  NodeId start = -1;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (components.of_node[static_cast<std::size_t>(u)] != largest) continue;
    if (start < 0 || graph.degree(u) > graph.degree(start)) start = u;
  }
  Index bound = 0;
  for (Index sweep = 0; sweep < std::max<Index>(sweeps, 2); ++sweep) {
    const Farthest found = farthest_from(graph, start);
    if (sweep >= 2 && found.hops <= bound) break;
    bound = std::max(bound, found.hops);
    start = found.node;
  }
  return bound;
}

DegreeStatistics degree_statistics(const Graph& graph) {
  DegreeStatistics result;
  if (graph.node_count() == 0) return result;
  std::vector<Index> degrees(static_cast<std::size_t>(graph.node_count()));
  std::vector<bool> touched(degrees.size(), false);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    degrees[static_cast<std::size_t>(u)] = graph.degree(u);
    for (const NodeId v : graph.neighbors(u)) {
      if (u == v) continue;
      touched[static_cast<std::size_t>(u)] = true;
      touched[static_cast<std::size_t>(v)] = true;
    }
  }
  result.isolated = std::count(touched.begin(), touched.end(), false);
  std::sort(degrees.begin(), degrees.end());
  result.least = degrees.front();
  result.most = degrees.back();
  result.mean = static_cast<double>(graph.arc_count()) / static_cast<double>(graph.node_count());
  const std::size_t half = degrees.size() / 2;
  result.median = static_cast<double>(degrees[half] + degrees[(degrees.size() - 1) / 2]) / 2;
  return result;
}

bool is_symmetric(const Graph& graph) {
  if (!graph.directed()) return true;
  std::atomic<bool> symmetric{true};
  parallel_blocks(graph.node_count(), rows_per_block, [&](Index begin, Index end) {
    for (Index u = begin; u < end && symmetric.load(std::memory_order_relaxed); ++u) {
      const auto row = static_cast<NodeId>(u);
      for (EdgeId arc = graph.offsets()[static_cast<std::size_t>(u)];
           arc < graph.offsets()[static_cast<std::size_t>(u) + 1]; ++arc) {
        const NodeId v = graph.targets()[static_cast<std::size_t>(arc)];
        const auto back = graph.neighbors(v);
        const auto found = std::lower_bound(back.begin(), back.end(), row);
        bool same = found != back.end() && *found == row;
        if (same && graph.weighted()) {
          const auto reverse =
              static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(v)] + (found - back.begin()));
          same = graph.weights()[static_cast<std::size_t>(arc)] == graph.weights()[reverse];
        }
        if (!same) symmetric.store(false, std::memory_order_relaxed);
      }
    }
  });
  return symmetric.load();
}

}  // namespace cairn
