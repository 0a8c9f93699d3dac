#include "benchmarks/position_controls.h"

#include <fmt/format.h>

#include <array>

#include "core/error.h"
#include "models/position_plan.h"
#include "position/distances.h"

namespace cairn::benchmarks {

namespace {

constexpr Index most_dense_nodes = 8192;

/// 1 / (d + 1) of every node and anchor, [N, K].
Tensor closeness(const Dataset& data, const AnchorSet& anchors) {
  const HopDistances hops = hop_distances(data.graph, anchors);
  Tensor rows = Tensor::uninitialized(Shape{hops.node_count, hops.anchor_count});
  for (Index u = 0; u < hops.node_count; ++u) {
    for (Index k = 0; k < hops.anchor_count; ++k) {
      const std::uint16_t d = hops.at(u, k);
      rows.at(u, k) = d == HopDistances::unreached ? Real{0} : Real{1} / static_cast<Real>(d + 1);
    }
  }
  return rows;
}

/// Who is a neighbor of whom, [N, N]: the product of two rows counts common neighbors.
Tensor dense_adjacency(const Graph& graph) {
  if (graph.node_count() > most_dense_nodes) {
    throw UsageError(
        fmt::format("common-neighbors: expected at most {} nodes, found {}", most_dense_nodes, graph.node_count()));
  }
  Tensor rows(Shape{graph.node_count(), graph.node_count()});
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) rows.at(u, v) = 1;
  }
  return rows;
}

}  // namespace

Tensor untrained_rows(std::string_view control, const Dataset& data, const Problem& problem, const TrainConfig& config,
                      std::uint64_t seed) {
  constexpr std::array<std::string_view, 3> known{"untrained-distance", "untrained-sets", "common-neighbors"};
  if (control == known[2]) return dense_adjacency(data.graph);
  if (control != known[0] && control != known[1]) throw_unknown_name("untrained control", control, known);
  return closeness(data, anchors_at(plan_position(data, problem.anchors, config, seed), data, 0));
}

UntrainedResult untrained_result(std::string_view control, const Dataset& dataset, TrainConfig config) {
  // Scores of the task itself, before training: they fall with the L1 distance of two rows, or rise with their product.
  config.score = control == "common-neighbors" ? "dot" : "distance";
  const Problem problem = make_problem(dataset, config, config.seed, 0);
  const Tensor rows = untrained_rows(control, problem.data(dataset), problem, config, config.seed);
  return {.validation = problem.task->evaluate(rows, Part::validation),
          .test = problem.task->evaluate(rows, Part::test)};
}

}  // namespace cairn::benchmarks
