#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "graph/graph.h"
#include "position/anchors.h"
#include "position/coordinates.h"
#include "position/distances.h"

namespace cairn {

/// What a distance d becomes as a coordinate.
enum class DistanceScale : std::uint8_t {
  raw,      // d, in hops or in units of the weights
  inverse,  // 1 / (1 + d): 1 at the anchor
  unit      // d over the largest distance of the node's graph from any of its anchors: in [0, 1]; 0 where that is 0
};

/// The scale of that name: raw, inverse or unit. Throws UsageError that lists them.
DistanceScale distance_scale(std::string_view name);
/// Names of the scales, in the order of the enumeration.
std::span<const std::string_view> distance_scales();

struct AnchorCoordinateOptions {
  DistanceScale scale = DistanceScale::raw;
  bool weighted = false;  // lengths over the weights instead of hops
  PathDirection direction = PathDirection::from_anchor;
  Index max_hops = 0;  // nodes farther away count as unreached; 0: no limit. Not with `weighted`
};

/// Distances from every anchor as coordinates, [N, K]: axis k is the slot k of the anchors of the node's graph. Not
/// valid where no path leads, or where the graph has fewer anchors than another.
/// graph_of_node: [N], or empty for one graph. Throws as hop_distances and path_lengths; UsageError for max_hops with
/// weights; ShapeError where graph_of_node does not fit the nodes.
Coordinates anchor_coordinates(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                               const AnchorSet& anchors, const AnchorCoordinateOptions& options = {});

}  // namespace cairn
