#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/rng.h"
#include "core/types.h"
#include "graph/graph.h"

// Graphs by rule and by chance, all undirected, without weights and without self-loops. The same arguments (and a
// generator of the same seed) give the same graph on every machine that rounds logarithms alike, for any number of
// threads. Sizes that make no sense throw UsageError: they come from a user's words.

namespace cairn {

/// 34 members of a karate club and the 78 ties between them; node 0 is the instructor, node 33 the administrator.
/// Source: Zachary, J. Anthropological Research 33, 1977.
Graph karate_club();

/// Path of `nodes` nodes: 0 - 1 - 2 - ...
Graph path_graph(Index nodes);
/// Cycle of `nodes` nodes; fewer than 3 have no cycle and give the path.
Graph cycle_graph(Index nodes);
/// Grid of any number of axes: a node for each place, in row-major order, tied to the next along each axis.
Graph grid_graph(std::span<const Index> extents);
/// rows x columns; node r * columns + c is at (r, c).
Graph grid_graph(Index rows, Index columns);

/// Connected caveman graph with rewiring. `cliques` cliques of `clique_size` nodes, numbered clique by clique. In each,
/// the edge (s, s + 1) of its first node s is replaced by (s, s - 1), which joins the cliques in a ring (modulo N).
/// Then each edge (u, v), u < v, in ascending order, becomes (u, x) with probability `rewire`, x uniform over all
/// nodes: skipped where (u, x) exists, dropped where x = u. clique_size >= 2, cliques >= 1, rewire in [0, 1]. One
/// clique: nothing to join, and nothing is replaced. Source: Watts, "Small Worlds", 1999; rewiring as in You, Ying and
/// Leskovec, ICML 2019, over a copy of the edges.
Graph caveman_graph(Index cliques, Index clique_size, double rewire, Rng& rng);

/// Each of the N (N - 1) / 2 pairs with the same probability. O(N + E): the gaps between edges are drawn, not the
/// pairs. Source: Batagelj and Brandes, Phys. Rev. E 71, 2005.
Graph gnp_graph(Index nodes, double probability, Rng& rng);
/// Exactly `edges` different pairs, every set of pairs equally likely. Throws UsageError where there are fewer pairs.
Graph gnm_graph(Index nodes, Index edges, Rng& rng);

/// Stochastic block model: nodes are numbered block by block, and a pair in blocks a and b is tied with
/// probabilities[a * B + b]. probabilities: [B, B], symmetric, each in [0, 1]. O(B^2 + N + E), pairs of blocks in
/// parallel. Source: Holland, Laskey and Leinhardt, Social Networks 5, 1983.
Graph block_model_graph(std::span<const Index> block_sizes, std::span<const double> probabilities, Rng& rng);

/// A graph and where its nodes lie in the unit square.
struct GeometricGraph {
  Graph graph;
  std::vector<std::array<double, 2>> coordinates;
};
/// Nodes uniform in the unit square, tied where their distance is at most `radius`. O(N + E) by a grid of cells.
/// Source: Gilbert, J. SIAM 9, 1961.
GeometricGraph geometric_graph(Index nodes, double radius, Rng& rng);

/// Shares of the four quadrants of the adjacency matrix; d is what is left of 1.
struct RmatShares {
  double a = 0.57;
  double b = 0.19;
  double c = 0.19;
};
/// R-MAT: 2^scale nodes; edge_factor * 2^scale edges are drawn, each by descending `scale` times into a quadrant, then
/// ids are shuffled; duplicates merge and self-loops are dropped, so that fewer edges remain. Edges are drawn in
/// parallel. scale in 0 .. 30. Source: Chakrabarti, Zhan and Faloutsos, SDM 2004, with the shares of the Graph500
/// benchmark.
Graph rmat_graph(int scale, Index edge_factor, Rng& rng, const RmatShares& shares = {});

/// A tree: node i > 0 is tied to one of 0 .. i - 1, each equally likely. Source: Na and Rapoport, Math. Biosciences 6,
/// 1970.
Graph random_recursive_tree(Index nodes, Rng& rng);

}  // namespace cairn
