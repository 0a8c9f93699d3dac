#pragma once

#include <span>

#include "data/dataset.h"

namespace cairn {

/// The same dataset with node u as node new_id[u] (see graph/node_order.h): arcs, features, labels, graphs, splits and
/// ids move along, so that whatever is told in the user's ids stays as it is. Draws that go by a node's number, as
/// those of splits and anchors, fall on other nodes. Throws ShapeError unless new_id is a permutation of the nodes.
Dataset reordered(const Dataset& dataset, std::span<const NodeId> new_id);

}  // namespace cairn
