#include "models/embedding_report.h"

#include <fmt/format.h>

#include <vector>

#include "core/error.h"
#include "data/ranking.h"
#include "position/diagnostics.h"
#include "position/stable_rank.h"

namespace cairn {

namespace {

bool joins_nodes(const Graph& graph) {
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (v != u) return true;
    }
  }
  return false;
}

}  // namespace

EmbeddingReport report_embedding(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                 const Tensor& embedding, const EmbeddingReportOptions& options) {
  if (embedding.rank() != 2 || embedding.rows() != graph.node_count()) {
    throw ShapeError(fmt::format("embedding: expected a row for each of {} nodes, found {}", graph.node_count(),
                                 to_string(embedding.shape())));
  }
  const DistancePairs pairs = sample_report_pairs(graph, graph_of_node, options);
  if (pairs.pairs.empty()) throw UsageError("embedding: expected a graph with paths between nodes, found none");
  return report_embedding(graph_of_node, embedding, pairs);
}

DistancePairs sample_report_pairs(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                  const EmbeddingReportOptions& options) {
  if (options.pairs >= 1 && !joins_nodes(graph)) return {};
  Rng rng = Rng(options.seed).split("embedding report");
  return sample_distance_pairs(graph, graph_of_node, options.pairs, rng);
}

EmbeddingReport report_embedding(std::span<const std::int32_t> graph_of_node, const Tensor& embedding,
                                 const DistancePairs& pairs) {
  EmbeddingReport report;
  report.stable_rank = stable_rank(embedding);
  report.collisions = collisions(embedding, graph_of_node);
  std::vector<NodeId> from;
  std::vector<NodeId> to;
  for (const NodePair pair : pairs.pairs) {
    from.push_back(pair.u);
    to.push_back(pair.v);
  }
  const MeasuredPairs measured{from, to, pairs.distances};
  report.pairs = static_cast<Index>(from.size());
  report.rank_correlation = rank_correlation(embedding_distances(embedding, measured), measured.distances);
  report.distortion = distortion(embedding, measured);
  report.curve = kernel_curve(embedding, measured);
  report.reach = reach(report.curve);
  return report;
}

}  // namespace cairn
