#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "core/types.h"
#include "data/split.h"
#include "graph/graph.h"

namespace cairn {

/// Two different nodes of one graph. Splits and samplers write u < v: a pair has no direction.
struct NodePair {
  NodeId u = 0;
  NodeId v = 0;

  friend bool operator==(const NodePair&, const NodePair&) = default;
};

/// The same for (u, v) and (v, u), different for different pairs; ascends with the lower node, then the higher.
inline std::uint64_t pair_key(NodePair pair) {
  return static_cast<std::uint64_t>(std::min(pair.u, pair.v)) << 32 |
         static_cast<std::uint64_t>(std::max(pair.u, pair.v));
}

/// Pairs to tell apart. Of a union of graphs: graph by graph; within a graph ascending.
struct PairSet {
  std::vector<NodePair> positives;
  std::vector<NodePair> negatives;
};

/// Positives of different parts are different pairs. Negatives of different parts are drawn independently and may meet.
struct PairSplit {
  PairSet train;
  PairSet validation;
  PairSet test;

  const PairSet& of(Part part) const;
};

struct PairSplitOptions {
  double train_ratio = 0.8;  // shares of each graph's positives (of its nodes where node_disjoint); what is left of 1
  double validation_ratio = 0.1;  // belongs to no part
  double test_ratio = 0.1;
  bool node_disjoint = false;  // split_pairs alone: the nodes are dealt, and a pair is of the part that has both
  Index most_pairs = 0;        // split_pairs alone: positives of a graph, over all parts; 0: all there are
};

/// Links to find, and the graph in which they are looked for.
struct LinkSplit {
  Graph message_graph;  // all nodes, and the training links alone
  PairSplit pairs;
};

/// Deals the links of each graph at random. A link is an unordered pair {u, v} with u != v that an arc joins: where a
/// directed graph has (u, v) and (v, u), both go the same way. The training positives are the links of message_graph,
/// which keeps their weights and directions; self-loops take no part and are left out of it. For each graph and part as
/// many negatives as positives, or all that a dense graph has. Negatives of validation and test are no link of the
/// graph; those of training are no training link, but may be a link of another part: else they would tell of the test.
/// The same for the same rng and any number of threads. graph_of_node: [N] or empty for one graph.
/// Throws UsageError for ratios that make no sense, or leave a part without positives or negatives over all graphs (a
/// single graph may be left without); ShapeError where an arc joins two graphs.
/// Source: You, Ying and Leskovec, ICML 2019, in whose program negatives are checked in one direction only, so that
/// positives turned around become negatives.
LinkSplit split_links(const Graph& graph, std::span<const std::int32_t> graph_of_node, const PairSplitOptions& options,
                      Rng& rng);

/// Pairs of one graph with equal labels against pairs with different ones. labels: [node_count], -1: unknown, such a
/// node takes no part. The positives of each graph are dealt by ratio; negatives as in split_links: those of validation
/// and test have different labels, those of training are no training positives. Such a split can be solved without a
/// graph, because equality is transitive. With node_disjoint the nodes are dealt instead, a pair is of the part that
/// has both of its nodes, and all negatives have different labels. As many negatives as positives where there are. With
/// most_pairs, every set of so many positives is equally likely, and no list of all pairs is made (node_disjoint: each
/// part receives its share of most_pairs). Without: the number of pairs is quadratic in the nodes.
/// Throws UsageError and ShapeError as split_links.
PairSplit split_pairs(std::span<const std::int32_t> labels, std::span<const std::int32_t> graph_of_node,
                      Index node_count, const PairSplitOptions& options, Rng& rng);

/// Throws Error naming the pair and its part where a pair joins a node with itself, a positive occurs twice (in a part
/// or in two), or a negative is a positive of its part or of an earlier one, in either direction. What split_pairs made
/// has passed it.
void check_no_leak(const PairSplit& pairs);
/// The same, and throws Error where an arc of message_graph, in either direction, joins a validation or test positive
/// or a negative of any part; ShapeError for a node that the graph does not have. What split_links made has passed it.
void check_no_leak(const LinkSplit& split);

}  // namespace cairn
