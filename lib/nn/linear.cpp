#include "nn/linear.h"

namespace cairn {

Linear::Linear(Index in, Index out, Rng& rng, bool bias) : weight_(glorot_parameter(in, out, rng)) {
  if (bias) bias_ = constant_parameter(Shape{out}, 0);
}

Variable Linear::forward(const Input& x) const { return linear(x, weight_, bias_); }

Variable Linear::forward(const Propagation&, const Input& x, const Pass&) const { return forward(x); }

void Linear::visit(const ParameterVisitor& visitor) const {
  visitor("weight", weight_);
  if (bias_.defined()) visitor("bias", bias_, ParameterKind::bias);
}

}  // namespace cairn
