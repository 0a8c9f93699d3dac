#include "data/path_sum.h"

#include <fmt/format.h>

#include "core/error.h"
#include "data/graph_numbers.h"

namespace cairn {

PathSum make_path_sum(const Graph& graph, std::span<const std::int32_t> graph_of_node, Rng& rng) {
  const GraphNumbers graphs(graph_of_node, graph.node_count(), "path sum");
  if (graph.directed()) throw UsageError("path sum: expected undirected trees, found a directed graph");
  PathSum task;
  task.marks = Tensor({graph.node_count(), 1});
  for (Real& mark : task.marks.values()) mark = rng.below(2) == 0 ? Real(-1) : Real(1);

  std::vector<Index> nodes(graphs.count());
  std::vector<Index> arcs(graphs.count());
  task.roots.assign(graphs.count(), -1);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const std::size_t g = graphs.of(u);
    if (nodes[g]++ == 0) task.roots[g] = u;
    arcs[g] += graph.degree(u);
  }

  constexpr std::int32_t unseen = -1;
  task.labels.assign(static_cast<std::size_t>(graph.node_count()), unseen);
  std::vector<std::int32_t> sums(task.labels.size());  // of the proper ancestors' marks
  std::vector<NodeId> queue;
  for (std::size_t g = 0; g < graphs.count(); ++g) {
    const auto refuse = [&](std::string_view fault) {
      throw UsageError(fmt::format("path sum: expected trees, found graph {} of {} nodes and {} arcs, {}", g, nodes[g],
                                   arcs[g], fault));
    };
    if (nodes[g] == 0) refuse("without a root");
    if (arcs[g] != 2 * (nodes[g] - 1)) refuse("two for each edge: a tree has one edge fewer than nodes");
    queue.assign(1, task.roots[g]);
    task.labels[static_cast<std::size_t>(task.roots[g])] = 0;
    for (std::size_t next = 0; next < queue.size(); ++next) {
      const auto parent = static_cast<std::size_t>(queue[next]);
      for (const NodeId child : graph.neighbors(queue[next])) {
        const auto c = static_cast<std::size_t>(child);
        if (graphs.of(child) != g) refuse("one of which leads to another graph");
        if (task.labels[c] != unseen) continue;
        sums[c] = sums[parent] + (task.marks.values()[parent] > 0 ? 1 : -1);
        task.labels[c] = sums[c] > 0 ? 1 : 0;
        queue.push_back(child);
      }
    }
    if (static_cast<Index>(queue.size()) != nodes[g]) refuse("which are not connected");
  }
  return task;
}

}  // namespace cairn
