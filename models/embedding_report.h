/// @file
/// Where an encoding or embedding of the nodes of a graph stands, before anything is trained on it.
#pragma once

#include <cstdint>
#include <span>

#include "data/distance_pairs.h"
#include "graph/graph.h"
#include "position/distance_preservation.h"
#include "tensor/tensor.h"

namespace cairn {

/// How the figures of a report are sampled.
struct EmbeddingReportOptions {
  Index pairs = 100000;    ///< pairs of nodes that distances are compared for, at most: fewer where a graph has fewer
  std::uint64_t seed = 0;  ///< of the sample
};

/// What can be said of rows, one a node, without labels.
struct EmbeddingReport {
  double stable_rank = 0;       ///< stable_rank()
  double rank_correlation = 0;  ///< Spearman's, of |z_u - z_v| with the hops between u and v
  Distortion distortion;        ///< worst is infinite where two nodes of a sampled pair share their row
  Index collisions = 0;         ///< nodes that share their row with another of their graph
  KernelCurve curve;            ///< mean cosine by hops
  double reach = 0;             ///< hops at which the curve falls to a tenth
  Index pairs = 0;              ///< pairs that were compared
};

/// embedding: [N, D], of any origin. graph_of_node: [N], or empty for one graph. Hops are counted over arcs, weights
/// not looked at. The same for the same seed and any number of threads.
/// @throws ShapeError unless there is a row for each node, NumericError for values that are not finite, UsageError for
/// fewer than 1 pair and for graphs in which no path joins two nodes
[[nodiscard]] EmbeddingReport report_embedding(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                               const Tensor& embedding, const EmbeddingReportOptions& options = {});

/// The pairs that report_embedding compares: several embeddings of a graph are then compared over the same ones, which
/// are looked for once. None where no path joins two nodes. @throws UsageError for fewer than 1 pair
[[nodiscard]] DistancePairs sample_report_pairs(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                                const EmbeddingReportOptions& options = {});

/// The same report over these pairs. Without any, rank correlation is 0, distortion that of no pairs, and reach 0: a
/// caller looks at `pairs` before it shows them. @throws as report_embedding
[[nodiscard]] EmbeddingReport report_embedding(std::span<const std::int32_t> graph_of_node, const Tensor& embedding,
                                               const DistancePairs& pairs);

}  // namespace cairn
