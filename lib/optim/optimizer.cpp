#include "optim/optimizer.h"

#include <cmath>

#include "kernels/elementwise.h"

namespace cairn {

double clip_gradients(std::span<const NamedParameter> parameters, double most) {
  double squares = 0;
  for (const NamedParameter& parameter : parameters) {
    const Tensor& gradient = parameter.value.grad();
    if (gradient.defined()) squares += kernels::dot(gradient, gradient);
  }
  const double norm = std::sqrt(squares);
  if (most > 0 && norm > most) {
    const auto share = static_cast<Real>(most / norm);
    for (const NamedParameter& parameter : parameters) {
      if (!parameter.value.grad().defined()) continue;
      Tensor& gradient = parameter.value.mutable_grad();
      kernels::map(
          gradient, [share](Real g) { return share * g; }, gradient);
    }
  }
  return norm;
}

}  // namespace cairn
