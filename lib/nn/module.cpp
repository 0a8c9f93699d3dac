#include "nn/module.h"

#include <algorithm>
#include <cmath>

namespace cairn {

void ParameterVisitor::operator()(std::string_view name, const Variable& value, ParameterKind kind,
                                  Real rate_scale) const {
  found_.push_back({prefix_ + std::string(name), value, kind, rate_scale});
}

void ParameterVisitor::operator()(std::string_view prefix, const Module& part) const {
  part.visit(ParameterVisitor(found_, prefix_ + std::string(prefix) + "."));
}

std::vector<NamedParameter> parameters_of(const Module& module) {
  std::vector<NamedParameter> found;
  module.visit(ParameterVisitor(found));
  return found;
}

Variable glorot_parameter(Index in, Index out, Rng& rng) {
  const Real bound = std::sqrt(Real(6) / static_cast<Real>(std::max<Index>(1, in + out)));
  Tensor weight = Tensor::uninitialized(Shape{in, out});
  for (Real& w : weight.values()) w = rng.uniform(-bound, bound);
  return Variable::parameter(std::move(weight));
}

Variable constant_parameter(const Shape& shape, Real value) { return Variable::parameter(Tensor(shape, value)); }

}  // namespace cairn
