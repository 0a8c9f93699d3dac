#pragma once

#include "tensor/tensor.h"

/// One step of an optimizer, in place, on parameters of any shape. All tensors of one size.
namespace cairn::kernels {

struct SgdFactors {
  Real learning_rate = 0;
  Real weight_decay = 0;
  Real momentum = 0;
};
/// v = momentum v + g + weight_decay p; p -= learning_rate v.
void sgd_update(const SgdFactors& factors, const Tensor& gradient, Tensor& velocity, Tensor& parameter);

struct AdamFactors {
  Real learning_rate = 0;
  Real coupled_decay = 0;    // weight decay added to the gradient (Adam)
  Real decoupled_decay = 0;  // weight decay taken off the parameter (AdamW)
  Real beta1 = 0;
  Real beta2 = 0;
  Real epsilon = 0;
  Real mean_correction = 1;      // 1 / (1 - beta1^step)
  Real variance_correction = 1;  // 1 / (1 - beta2^step)
};
/// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= learning_rate (m^ / (sqrt(v^) + epsilon) + decay
/// p).
void adam_update(const AdamFactors& factors, const Tensor& gradient, Tensor& mean, Tensor& variance, Tensor& parameter);

}  // namespace cairn::kernels
