#pragma once

#include <cstdint>
#include <span>

#include "graph/graph.h"
#include "position/coordinates.h"

namespace cairn {

struct RandomWalkOptions {
  Index steps = 16;  // K, at least 1
};

/// Return probabilities of random walks along the arcs, [N, K]: axis t-1 holds p_t(v, v), the chance that a walk from
/// v, each step an arc in proportion to its weight, is at v again after t steps. A walk ends at a node without arcs;
/// such a node has 0 throughout. All valid. Exact: each node's distribution is followed, first on the nodes that it
/// reaches, where those become many on all nodes for 8 sources at once. Of an undirected graph half of the steps are
/// walked: p_2t and p_2t+1 are inner products of the distributions after t and t+1 steps, since d_u p_t(u, v) = d_v
/// p_t(v, u). Two tables [N, 8] of doubles a thread; at worst O(N E K) time, O(N K b) where few arcs b lie within K / 2
/// steps. Same bits for any number of threads. graph_of_node: [N], or empty for one graph. Throws UsageError for steps
/// < 1 or a weight not above 0; ShapeError where graph_of_node does not fit the nodes. Source: Dwivedi et al., "Graph
/// Neural Networks with Learnable Structural and Positional Representations", ICLR 2022.
Coordinates return_probabilities(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                 const RandomWalkOptions& options = {});

/// What a degree becomes as a coordinate.
enum class DegreeScale : std::uint8_t {
  raw,  // arcs that leave the node
  log   // log(1 + arcs): hubs do not stretch the axis
};

/// Degrees as one coordinate, [N, 1], all valid. Weights are not looked at, a self-loop counts once.
/// Throws ShapeError where graph_of_node does not fit the nodes.
Coordinates degree_coordinates(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                               DegreeScale scale = DegreeScale::log);

}  // namespace cairn
