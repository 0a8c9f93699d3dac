#include "nn/gcn.h"

#include "autodiff/ops_graph.h"

namespace cairn {

Gcn::Gcn(Index in, Index out, Rng& rng)
    : weight_(glorot_parameter(in, out, rng)), bias_(constant_parameter(Shape{out}, 0)) {}

Variable Gcn::forward(const Propagation& propagation, const Input& x, const Pass&) const {
  const auto* dense = std::get_if<Variable>(&x);
  // Arcs move whole rows, so they move the narrower side of the product.
  if (dense != nullptr && columns_of(x) < out_width())
    return add_row(matmul(propagate(propagation, *dense), weight_), bias_);
  return add_row(propagate(propagation, matmul(x, weight_)), bias_);
}

void Gcn::visit(const ParameterVisitor& visitor) const {
  visitor("weight", weight_);
  visitor("bias", bias_, ParameterKind::bias);
}

}  // namespace cairn
