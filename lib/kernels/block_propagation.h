#pragma once

#include "graph/neighbor_sampler.h"
#include "kernels/propagation.h"

namespace cairn {

/// The rows of a propagation as a sampler draws from them: the self-loops that a form adds stay.
NeighborRows neighbor_rows(const Propagation& whole, Normalization form);

/// The block as a propagation of that form, from its sources to its targets. A drawn arc carries the whole graph's
/// weight times n / s, where s of the n neighbors of its target were drawn: over the draws, what a target receives is
/// in the mean what all its neighbors send (Horvitz and Thompson, JASA 1952, for draws in which each neighbor is as
/// likely as the others); for the mean of an unweighted graph it is the mean over the drawn ones, as Hamilton, Ying and
/// Leskovec take it (NeurIPS 2017, eq. 2). Self-loops that a form adds keep their weight. The form self_loops has no
/// weights: attention makes a softmax of those that it is given.
/// whole: the form of the graph that the block was drawn from. Throws ShapeError where the block is not of it.
Propagation block_propagation(const Propagation& whole, Normalization form, const Block& block);

}  // namespace cairn
