#include "graph/orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

void require_undirected(const Graph& graph) {
  if (graph.directed()) throw ShapeError("order of the nodes: expected a graph without directions");
}

/// The neighbors of a node but itself, ascending.
std::vector<NodeId> others(const Graph& graph, NodeId node) {
  const std::span<const NodeId> neighbors = graph.neighbors(node);
  std::vector<NodeId> found;
  std::copy_if(neighbors.begin(), neighbors.end(), std::back_inserter(found), [node](NodeId v) { return v != node; });
  return found;
}

std::nullopt_t told(OrderFault* fault, NodeId node, std::string expected, std::string found) {
  if (fault != nullptr) *fault = {.node = node, .expected = std::move(expected), .found = std::move(found)};
  return std::nullopt;
}

/// From `first` over `second` to wherever neighbors lead that are not where the walk came from, `length` nodes at most.
std::vector<NodeId> walk(const Graph& graph, NodeId first, NodeId second, std::size_t length) {
  std::vector<NodeId> order{first, second};
  while (order.size() < length) {
    const NodeId before = order[order.size() - 2];
    const std::vector<NodeId> next = others(graph, order.back());
    const auto onwards = std::find_if(next.begin(), next.end(), [before](NodeId v) { return v != before; });
    if (onwards == next.end() || *onwards == first) break;
    order.push_back(*onwards);
  }
  return order;
}

/// The order, where it holds all nodes once.
std::optional<std::vector<NodeId>> whole(std::vector<NodeId> order, std::span<const NodeId> nodes, OrderFault* fault) {
  std::vector<NodeId> reached = order;
  std::sort(reached.begin(), reached.end());
  if (std::equal(reached.begin(), reached.end(), nodes.begin(), nodes.end())) return order;
  return told(fault, order.front(), fmt::format("a way from it to all {} nodes", nodes.size()),
              fmt::format("one to {}", order.size()));
}

std::string text_of(std::span<const Index> numbers, std::string_view between) {
  return fmt::format("{}", fmt::join(numbers.begin(), numbers.end(), between));
}

/// Places of the neighbors of `place` in a grid, ascending.
std::vector<Index> neighbors_in_grid(std::span<const Index> extents, Index place) {
  std::vector<Index> below;
  std::vector<Index> above;
  Index stride = 1;
  for (std::size_t axis = extents.size(); axis-- > 0;) {
    const Index at = place / stride % extents[axis];
    if (at > 0) below.push_back(place - stride);
    if (at + 1 < extents[axis]) above.push_back(place + stride);
    stride *= extents[axis];
  }
  std::reverse(below.begin(), below.end());
  below.insert(below.end(), above.begin(), above.end());
  return below;
}

/// Places of the neighbors of nodes[place]; -1 for one that is none of the nodes.
std::vector<Index> neighbor_places(const Graph& graph, std::span<const NodeId> nodes, std::size_t place) {
  std::vector<Index> places;
  for (const NodeId v : others(graph, nodes[place])) {
    const auto found = std::lower_bound(nodes.begin(), nodes.end(), v);
    places.push_back(found != nodes.end() && *found == v ? static_cast<Index>(found - nodes.begin()) : Index{-1});
  }
  return places;
}

}  // namespace

std::optional<std::vector<NodeId>> path_order(const Graph& graph, std::span<const NodeId> nodes, OrderFault* fault) {
  require_undirected(graph);
  if (nodes.empty()) return std::vector<NodeId>{};
  std::vector<NodeId> ends;
  for (const NodeId u : nodes) {
    const std::size_t degree = others(graph, u).size();
    if (degree > 2) return told(fault, u, "at most 2 neighbors", fmt::format("{}", degree));
    if (degree == 0 && nodes.size() > 1) return told(fault, u, "a neighbor", "none");
    if (degree < 2) ends.push_back(u);
  }
  if (ends.empty()) return told(fault, nodes.front(), "a path with two ends", "a cycle");
  if (nodes.size() == 1) return ends;
  return whole(walk(graph, ends.front(), others(graph, ends.front()).front(), nodes.size()), nodes, fault);
}

std::optional<std::vector<NodeId>> cycle_order(const Graph& graph, std::span<const NodeId> nodes, OrderFault* fault) {
  require_undirected(graph);
  if (nodes.size() < 3) return told(fault, -1, "a cycle of at least 3 nodes", fmt::format("{}", nodes.size()));
  for (const NodeId u : nodes) {
    const std::size_t degree = others(graph, u).size();
    if (degree != 2) return told(fault, u, "2 neighbors", fmt::format("{}", degree));
  }
  return whole(walk(graph, nodes.front(), others(graph, nodes.front()).front(), nodes.size()), nodes, fault);
}

std::optional<std::vector<Index>> grid_shape(const Graph& graph, std::span<const NodeId> nodes, OrderFault* fault) {
  require_undirected(graph);
  if (nodes.empty()) return told(fault, -1, "a node", "none");
  if (nodes.size() == 1) return std::vector<Index>{1};
  // The first node's neighbors stand one step along each axis away: 1 along the last, a row along the one before.
  std::vector<Index> steps = neighbor_places(graph, nodes, 0);
  const std::string seen = steps.empty() ? "none" : fmt::format("them at places {}", text_of(steps, ", "));
  steps.push_back(static_cast<Index>(nodes.size()));
  bool fits = steps.front() == 1;
  std::vector<Index> extents;
  for (std::size_t axis = 0; fits && axis + 1 < steps.size(); ++axis) {
    fits = steps[axis + 1] > steps[axis] && steps[axis + 1] % steps[axis] == 0;
    extents.push_back(steps[axis + 1] / steps[axis]);
  }
  if (!fits) return told(fault, nodes.front(), "neighbors one step along each axis of a grid away", seen);
  std::reverse(extents.begin(), extents.end());
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    const std::vector<Index> expected = neighbors_in_grid(extents, static_cast<Index>(place));
    const std::vector<Index> found = neighbor_places(graph, nodes, place);
    if (expected != found) {
      return told(
          fault, nodes[place],
          fmt::format("its neighbors in a grid of {} at places {}", text_of(extents, "x"), text_of(expected, ", ")),
          found.empty() ? "none" : text_of(found, ", "));
    }
  }
  return extents;
}

}  // namespace cairn
