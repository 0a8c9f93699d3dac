#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "data/pairs.h"

namespace cairn {

/// Pairs among which negatives are drawn: of two nodes of one graph and of different classes.
struct NegativeCandidates {
  Index node_count = 0;
  std::span<const std::int32_t> graph_of_node;  // [N], or empty: one graph
  std::span<const std::int32_t> class_of_node;  // [N], -1: takes no part; or empty: each node is a class of its own
};

/// Draws negatives as often as wanted. Pairs are numbered, and the numbers of excluded ones are known: a draw is of
/// numbers, so that dense graphs take no longer than others, and nothing is tried in vain. Holds 8 bytes an excluded
/// pair and about 20 a node.
class NegativeSampler {
 public:
  /// positives: as many negatives of each graph are drawn as there are of these. None of them, and none of `excluded`,
  /// is ever drawn, in either direction. Throws ShapeError for nodes outside 0 .. node_count - 1 and for positives of
  /// two graphs.
  NegativeSampler(const NegativeCandidates& candidates, std::span<const NodePair> positives,
                  std::span<const NodePair> excluded = {});

  /// Different pairs, u < v, in the order of a PairSet; each set of so many is equally likely. Where a graph has fewer
  /// pairs than wanted: all of them. The same for the same rng.
  std::vector<NodePair> draw(Rng& rng) const;

 private:
  /// A class of one graph: its nodes are order_[begin .. end - 1]. Each pairs with the nodes behind the block.
  struct Block {
    Index begin = 0;
    Index end = 0;
    std::int64_t first_pair = 0;  // pairs of the graph in the blocks before
  };
  struct GraphPairs {
    std::size_t block_begin = 0;
    std::size_t block_end = 0;
    Index node_end = 0;  // in order_
    std::int64_t count = 0;
    std::int64_t wanted = 0;
    std::vector<std::int64_t> excluded;  // numbers of pairs, ascending
  };

  /// Number of a pair of graph g; -1 where it is no candidate.
  std::int64_t number_of(const GraphPairs& graph, NodePair pair) const;

  std::vector<NodeId> order_;  // candidates by graph, class and id
  std::vector<Index> place_;   // [N], in order_; -1: takes no part
  std::vector<Block> blocks_;
  std::vector<GraphPairs> graphs_;
};

/// One draw of a NegativeSampler.
std::vector<NodePair> draw_negatives(const NegativeCandidates& candidates, std::span<const NodePair> positives,
                                     std::span<const NodePair> excluded, Rng& rng);

}  // namespace cairn
