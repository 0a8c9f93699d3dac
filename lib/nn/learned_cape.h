#pragma once

#include <cstdint>
#include <span>

#include "autodiff/variable.h"
#include "position/cape.h"

/// CAPE of coordinates that are learned themselves: the same maps as of position/cape.h, with their gradients.
namespace cairn {

/// (sign x + shift + local) scale: affine, so that a gradient is multiplied by sign and scale of its graph and axis. x:
/// [N, K]; graph_of_node: [N], or empty for one graph. Returns [N, K]. Throws ShapeError where the draws do not fit.
Variable cape(const Variable& x, std::span<const std::int32_t> graph_of_node, const CapeDraws& draws);

/// x minus the mean of its graph, axis by axis. x, graph_of_node: as above.
Variable centered(const Variable& x, std::span<const std::int32_t> graph_of_node);

}  // namespace cairn
