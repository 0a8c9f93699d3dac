#pragma once

#include <vector>

#include "core/rng.h"
#include "graph/graph.h"

namespace cairn::support {

/// Cycle of `nodes` nodes.
Graph cycle(Index nodes);
/// Path of `nodes` nodes.
Graph path(Index nodes);
/// Node 0 tied to each of the others.
Graph star(Index nodes);
/// Every pair tied.
Graph complete(Index nodes);
/// `edges` draws with repeats and self-loops, weights in (0, 1] where weighted.
Graph random_graph(Index nodes, Index edges, Rng& rng, const GraphOptions& options = {});

/// A random permutation of 0 .. count - 1.
std::vector<NodeId> shuffled_ids(Index count, Rng& rng);

/// Whether nodes, arcs, weights and direction are the same, bit for bit.
bool same_graph(const Graph& a, const Graph& b);

}  // namespace cairn::support
