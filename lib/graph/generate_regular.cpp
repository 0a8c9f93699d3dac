#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "core/error.h"
#include "graph/generate.h"

namespace cairn {

namespace {

/// For each member, those of lower number with whom he has ties.
constexpr std::array<std::string_view, 34> karate_ties{"",
                                                       "0",
                                                       "0 1",
                                                       "0 1 2",
                                                       "0",
                                                       "0",
                                                       "0 4 5",
                                                       "0 1 2 3",
                                                       "0 2",
                                                       "2",
                                                       "0 4 5",
                                                       "0",
                                                       "0 3",
                                                       "0 1 2 3",
                                                       "",
                                                       "",
                                                       "5 6",
                                                       "0 1",
                                                       "",
                                                       "0 1",
                                                       "",
                                                       "0 1",
                                                       "",
                                                       "",
                                                       "",
                                                       "23 24",
                                                       "",
                                                       "2 23 24",
                                                       "2",
                                                       "23 26",
                                                       "1 8",
                                                       "0 24 25 28",
                                                       "2 8 14 15 18 20 22 23 29 30 31",
                                                       "8 9 13 14 15 18 19 20 22 23 26 27 28 29 30 31 32"};

void check_nodes(std::string_view what, Index nodes) {
  if (nodes < 0 || nodes > std::numeric_limits<NodeId>::max()) {
    throw UsageError(
        fmt::format("{}: expected 0 to {} nodes, found {}", what, std::numeric_limits<NodeId>::max(), nodes));
  }
}

}  // namespace

Graph karate_club() {
  std::vector<Edge> edges;
  for (std::size_t member = 0; member < karate_ties.size(); ++member) {
    NodeId other = 0;
    for (const char letter : karate_ties[member]) {
      if (letter == ' ') {
        edges.push_back({static_cast<NodeId>(member), other});
        other = 0;
      } else {
        other = 10 * other + (letter - '0');
      }
    }
    if (!karate_ties[member].empty()) edges.push_back({static_cast<NodeId>(member), other});
  }
  return Graph::from_edges(static_cast<Index>(karate_ties.size()), edges);
}

Graph path_graph(Index nodes) { return grid_graph(std::array{nodes}); }

Graph cycle_graph(Index nodes) {
  if (nodes < 3) return path_graph(nodes);
  check_nodes("cycle", nodes);
  std::vector<Edge> edges;
  for (Index u = 0; u < nodes; ++u) edges.push_back({static_cast<NodeId>(u), static_cast<NodeId>((u + 1) % nodes)});
  return Graph::from_edges(nodes, edges);
}

Graph grid_graph(std::span<const Index> extents) {
  Index nodes = 1;
  for (const Index extent : extents) {
    check_nodes("grid", extent);
    nodes *= extent;
    check_nodes("grid", nodes);  // after each factor, below 2^31 twice: the product of two fits 64 bits
  }
  std::vector<NodeId> sources;
  std::vector<NodeId> targets;
  Index stride = nodes;
  for (const Index extent : extents) {
    if (nodes == 0) break;
    stride /= extent;
    for (Index u = 0; u < nodes; ++u) {
      if (u / stride % extent + 1 == extent) continue;
      sources.push_back(static_cast<NodeId>(u));
      targets.push_back(static_cast<NodeId>(u + stride));
    }
  }
  return Graph::from_columns(nodes, sources, targets, {});
}

Graph grid_graph(Index rows, Index columns) { return grid_graph(std::array{rows, columns}); }

}  // namespace cairn
