#include "nn/gcn.h"

#include "nn/propagated_product.h"

namespace cairn {

Gcn::Gcn(Index in, Index out, Rng& rng)
    : weight_(glorot_parameter(in, out, rng)), bias_(constant_parameter(Shape{out}, 0)) {}

Variable Gcn::forward(const Propagation& propagation, const Input& x, const Pass&) const {
  return propagated_product(propagation, x, weight_, bias_);
}

Variable Gcn::rectified(const Propagation& propagation, const Input& x, const Pass&) const {
  return propagated_product(propagation, x, weight_, bias_, Rectified::yes);
}

void Gcn::visit(const ParameterVisitor& visitor) const {
  visitor("weight", weight_);
  visitor("bias", bias_, ParameterKind::bias);
}

}  // namespace cairn
