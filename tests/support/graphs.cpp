#include "support/graphs.h"

#include <algorithm>
#include <numeric>

#include "graph/generate.h"

namespace cairn::support {

Graph cycle(Index nodes) { return cycle_graph(nodes); }
Graph path(Index nodes) { return path_graph(nodes); }

Graph star(Index nodes) {
  std::vector<Edge> edges;
  for (NodeId u = 1; u < nodes; ++u) edges.push_back({0, u});
  return Graph::from_edges(nodes, edges);
}

Graph complete(Index nodes) {
  std::vector<Edge> edges;
  for (NodeId u = 0; u < nodes; ++u) {
    for (NodeId v = 0; v < u; ++v) edges.push_back({u, v});
  }
  return Graph::from_edges(nodes, edges);
}

Graph random_graph(Index nodes, Index edges, Rng& rng, const GraphOptions& options) {
  std::vector<Edge> list;
  for (Index i = 0; i < edges; ++i) {
    const auto source = static_cast<NodeId>(rng.below(nodes));
    const auto target = static_cast<NodeId>(rng.below(nodes));
    list.push_back({source, target, Real(1) - rng.uniform()});
  }
  return Graph::from_edges(nodes, list, options);
}

std::vector<NodeId> shuffled_ids(Index count, Rng& rng) {
  std::vector<NodeId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), NodeId{0});
  for (Index left = count; left > 1; --left) {
    std::swap(ids[static_cast<std::size_t>(left - 1)], ids[static_cast<std::size_t>(rng.below(left))]);
  }
  return ids;
}

bool same_graph(const Graph& a, const Graph& b) {
  const auto same = [](const auto& x, const auto& y) { return std::equal(x.begin(), x.end(), y.begin(), y.end()); };
  return a.directed() == b.directed() && a.weighted() == b.weighted() && same(a.offsets(), b.offsets()) &&
         same(a.targets(), b.targets()) && same(a.weights(), b.weights());
}

}  // namespace cairn::support
