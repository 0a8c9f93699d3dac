#pragma once

#include <span>
#include <vector>

#include "kernels/anchor_links.h"
#include "position/nearest_members.h"
#include "position/path_items.h"

namespace cairn {

/// How far every node is from the anchors, for layers that look at distances alone: row u * K + k for node u, slot k.
/// `place` points into closeness; `nearest` is the nearest member of the anchor, ties to the lower id, and where
/// unreached the node itself.
struct AnchorDistances : kernels::AnchorLinks {
  std::vector<Real> closeness;  // the different values of 1 / (distance + 1), descending; the last one is 0: unreached
};

/// Slots of several ways side by side, those of the first way first. In arcs:
AnchorDistances anchor_distances(std::span<const NearestMembers> ways);
/// along weights. anchors: those that the items were built from.
AnchorDistances anchor_distances(std::span<const PathItems> ways, const AnchorSet& anchors);

}  // namespace cairn
