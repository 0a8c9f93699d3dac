#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "data/pairs.h"
#include "graph/graph.h"

namespace cairn {

/// Pairs of nodes and how far apart they are.
struct DistancePairs {
  std::vector<NodePair> pairs;
  std::vector<Real> distances;  // one a pair, above 0
};

/// No pair is in two parts, in any direction.
struct DistanceSplit {
  DistancePairs train;
  DistancePairs validation;
  DistancePairs test;

  const DistancePairs& of(Part part) const;
};

/// `count` different pairs of nodes that a path joins, and their hop distances: fewest arcs, weights not looked at.
/// Graphs receive pairs in proportion to their nodes, and no graph gives more than it has. Within a graph, sources are
/// drawn without repetition, and each gives about sqrt(pairs of the graph) of the nodes that it reaches, each equally
/// likely: that many breadth-first searches, instead of one a pair. Where the sources run out, they go again with more
/// targets each, until there are enough pairs or all are found. Undirected: u < v. Directed: along the arcs from u to
/// v, and (v, u) is not among the pairs beside (u, v). Graph by graph, within a graph as pair_key ascends; the same for
/// the same rng. graph_of_node: [N] or empty for one graph. Throws UsageError for count < 1 or where no path joins two
/// nodes, ShapeError where an arc joins two graphs.
DistancePairs sample_distance_pairs(const Graph& graph, std::span<const std::int32_t> graph_of_node, Index count,
                                    Rng& rng);

/// Deals pairs at random by the ratios of `options` (nothing else of it is read); pairs keep their order within a part.
/// Throws UsageError for ratios that make no sense or leave a part empty, Error where a pair occurs twice.
DistanceSplit split_distance_pairs(const DistancePairs& pairs, const PairSplitOptions& options, Rng& rng);

}  // namespace cairn
