/// @file
/// What can be said of coordinates and encodings before anything is trained. Distances: distance_preservation.h; how
/// varied rows are: stable_rank.h.
#pragma once

#include <cstdint>
#include <span>

#include "position/coordinates.h"

namespace cairn {

/// Nodes whose row is that of another node of their graph, number by number: no model that reads these rows alone can
/// tell them apart. graph_of_node: [N], or empty for one graph. O(N D + N log N).
/// @throws ShapeError where graph_of_node does not fit the rows, NumericError for values that are not finite
[[nodiscard]] Index collisions(const Tensor& embedding, std::span<const std::int32_t> graph_of_node = {});

/// How well anchors serve the nodes of a graph.
struct AnchorCoverage {
  double nodes = 0;          ///< share of nodes that some anchor reaches
  double pairs = 0;          ///< share of (node, slot) pairs with a known distance
  double mean_nearest = 0;   ///< mean over the nodes that are reached of the distance to the nearest anchor
  double worst_nearest = 0;  ///< the largest of these
};
/// distances: [N, K], as they are (neither inverted nor scaled). All 0 without nodes or without axes.
/// @throws as check_coordinates
[[nodiscard]] AnchorCoverage anchor_coverage(const Coordinates& distances);

/// The width of a Gaussian basis whose stable rank on an axis, length / (2 sqrt(pi) width), is `positions`: how many
/// places along an axis must be told apart. length: the mean over axes of the range of known values. positions = 0: the
/// natural logarithm of the length in `unit`s, or 2 if that is more, a rule of ours that was chosen on random geometric
/// graphs. Within 1 to 4 units, as found best on graphs; unit: of the coordinates, 1 for hops; 0: no such limits, and
/// positions must be given.
/// Returns `unit` where no axis has a range.
/// @throws UsageError for negative values, and where neither unit nor positions is given; as check_coordinates
/// Source: the stable rank of Zheng, Ramasinghe and Lucey 2021.
[[nodiscard]] double suggested_width(const Coordinates& coordinates, double positions = 0, double unit = 1);

}  // namespace cairn
