#include "models/embedding_report.h"

#include <fmt/format.h>

#include <vector>

#include "core/error.h"
#include "data/distance_pairs.h"
#include "data/ranking.h"
#include "position/diagnostics.h"
#include "position/stable_rank.h"

namespace cairn {

EmbeddingReport report_embedding(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                 const Tensor& embedding, const EmbeddingReportOptions& options) {
  if (embedding.rank() != 2 || embedding.rows() != graph.node_count()) {
    throw ShapeError(fmt::format("embedding: expected a row for each of {} nodes, found {}", graph.node_count(),
                                 to_string(embedding.shape())));
  }
  EmbeddingReport report;
  report.stable_rank = stable_rank(embedding);
  report.collisions = collisions(embedding, graph_of_node);

  Rng rng = Rng(options.seed).split("embedding report");
  const DistancePairs sampled = sample_distance_pairs(graph, graph_of_node, options.pairs, rng);
  std::vector<NodeId> from;
  std::vector<NodeId> to;
  for (const NodePair pair : sampled.pairs) {
    from.push_back(pair.u);
    to.push_back(pair.v);
  }
  const MeasuredPairs pairs{from, to, sampled.distances};
  report.pairs = static_cast<Index>(from.size());
  report.rank_correlation = rank_correlation(embedding_distances(embedding, pairs), pairs.distances);
  report.distortion = distortion(embedding, pairs);
  report.curve = kernel_curve(embedding, pairs);
  report.reach = reach(report.curve);
  return report;
}

}  // namespace cairn
