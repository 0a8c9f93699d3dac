/// @file
/// Coordinates: where every node is, as numbers that an encoding can read. One type serves all of them: distances to
/// anchors, eigenvectors, return probabilities, degrees, places in space. It feeds CAPE (cape.h), then an encoding
/// (encodings.h), then a layer.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"
#include "tensor/tensor.h"

namespace cairn {

/// N nodes on K axes. A value is known where `valid` says so; elsewhere (a node that an anchor does not reach) it is 0
/// and means nothing, and every encoding of it is 0.
struct Coordinates {
  Tensor values;                    ///< [N, K], finite everywhere
  std::vector<std::uint8_t> valid;  ///< [N * K], row by row: 1 where the value is known; empty: known everywhere
  std::vector<std::int32_t> graph_of_node;  ///< [N]: the graph of each node, 0 .. G-1; empty: one graph

  [[nodiscard]] Index node_count() const { return values.rows(); }
  [[nodiscard]] Index axis_count() const { return values.columns(); }
  [[nodiscard]] bool is_valid(Index node, Index axis) const {
    return valid.empty() || valid[static_cast<std::size_t>(node * axis_count() + axis)] != 0;
  }
};

/// Checks that the three members fit each other.
/// @throws ShapeError naming the member that does not; NumericError where a valid value is not finite
void check_coordinates(const Coordinates& coordinates);

}  // namespace cairn
