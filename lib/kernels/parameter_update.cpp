#include "kernels/parameter_update.h"

#include <cmath>

#include "core/parallel.h"

namespace cairn::kernels {

namespace {
constexpr Index values_per_block = 8192;
}

void sgd_update(const SgdFactors& factors, const Tensor& gradient, Tensor& velocity, Tensor& parameter) {
  const SgdFactors f = factors;
  const Real* const g = gradient.data();
  Real* const v = velocity.data();
  Real* const p = parameter.data();
  parallel_blocks(parameter.size(), values_per_block, [=](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      v[i] = f.momentum * v[i] + g[i] + f.weight_decay * p[i];
      p[i] -= f.learning_rate * v[i];
    }
  });
}

void adam_update(const AdamFactors& factors, const Tensor& gradient, Tensor& mean, Tensor& variance,
                 Tensor& parameter) {
  const AdamFactors f = factors;
  const Real* const g = gradient.data();
  Real* const m = mean.data();
  Real* const v = variance.data();
  Real* const p = parameter.data();
  parallel_blocks(parameter.size(), values_per_block, [=](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const Real slope = g[i] + f.coupled_decay * p[i];
      m[i] = f.beta1 * m[i] + (1 - f.beta1) * slope;
      v[i] = f.beta2 * v[i] + (1 - f.beta2) * slope * slope;
      const Real direction = m[i] * f.mean_correction / (std::sqrt(v[i] * f.variance_correction) + f.epsilon);
      p[i] -= f.learning_rate * (direction + f.decoupled_decay * p[i]);
    }
  });
}

}  // namespace cairn::kernels
