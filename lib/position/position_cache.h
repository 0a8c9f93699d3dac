#pragma once

#include <string>

#include "position/distances.h"
#include "position/path_items.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// What is computed once for a graph and its anchors, as arrays by name, for a file. Moves what it can out of `items`.
NamedTensors to_named(PathItems items);
NamedTensors to_named(const HopDistances& distances);

/// The same bits back. Moves what it can out of `tensors`. Throws Error, saying which array, for anything that
/// shortest_path_items could not have made: missing arrays, sizes that differ, numbers that are no item, no node or no
/// anchor, predecessors that are not in a lower level. That paths are those of some graph is the key's word.
/// Item numbers only: not after lists_to_rows.
PathItems path_items_from(NamedTensors tensors);
HopDistances hop_distances_from(const NamedTensors& tensors);

/// 128 bits, as 32 hexadecimal digits, of all that decides what shortest_path_items makes: nodes, arcs, weights and
/// direction of the graph, anchors, every option, and the version of the format. Not a secret-proof hash: whoever may
/// write cache files may also forge them. The same on every machine; differs between builds of another Real only where
/// weights differ.
std::string cache_key(const Graph& graph, const AnchorSet& anchors, const PathOptions& options);

}  // namespace cairn
