#include "nn/slot_propagation.h"

#include <vector>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_graph.h"

namespace cairn {

Variable propagate_slots(const PositionInput& position, Normalization normalization, const Variable& x,
                         Index slot_count) {
  const Index columns = slot_count * x.value().columns();
  const Variable by_node = reshape(x, Shape{position.node_count(), columns});
  const auto& directions = position.directions();
  // One channel of both ways has no half for either: it goes along the arcs.
  if (directions.size() == 1 || slot_count < position.slot_count()) {
    return reshape(propagate(position.propagation(normalization, directions.front()), by_node), x.shape());
  }
  std::vector<Variable> parts;
  const Index part = columns / static_cast<Index>(directions.size());
  for (const PathDirection direction : directions) {
    const Index first = part * static_cast<Index>(parts.size());
    parts.push_back(
        propagate(position.propagation(normalization, direction), slice_columns(by_node, first, first + part)));
  }
  return reshape(concat_columns(parts), x.shape());
}

}  // namespace cairn
