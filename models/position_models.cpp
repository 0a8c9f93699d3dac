#include "models/position_models.h"

#include <fmt/format.h>

#include "core/error.h"

namespace cairn {

namespace {

Variable normal_rows(Index nodes, Index width, Real deviation, Rng rng) {
  Tensor rows = Tensor::uninitialized(Shape{nodes, width});
  for (Real& value : rows.values()) value = deviation * rng.normal();
  return Variable::parameter(std::move(rows));
}

void require_nodes(const Variable& vectors, const ModelInput& input) {
  if (vectors.value().rows() != input.node_count()) {
    throw ShapeError(fmt::format("vectors of {} nodes cannot serve the {} nodes of another graph",
                                 vectors.value().rows(), input.node_count()));
  }
}

}  // namespace

RandomVectors::RandomVectors(Index nodes, Index width, Rng rng)
    : vectors_(normal_rows(nodes, width, 1, rng.split("vectors"))), map_(width, width, rng) {}

Variable RandomVectors::embed(const ModelInput& input, const Pass&) const {
  require_nodes(vectors_, input);
  return map_.forward(Variable::constant(vectors_.value()));
}

void RandomVectors::visit(const ParameterVisitor& visitor) const {
  visitor("vectors", vectors_, ParameterKind::buffer);
  visitor("map", map_);
}

// A tenth of the deviation of other rows: where a vector is never trained, it hardly speaks.
FreeVectors::FreeVectors(Index nodes, Index width, Rng rng) : vectors_(normal_rows(nodes, width, Real(0.1), rng)) {}

Variable FreeVectors::embed(const ModelInput& input, const Pass&) const {
  require_nodes(vectors_, input);
  return vectors_;
}

}  // namespace cairn
