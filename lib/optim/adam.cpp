#include "optim/adam.h"

#include <cmath>

#include "kernels/parameter_update.h"

namespace cairn {

void Adam::step(std::span<const NamedParameter> parameters, Real learning_rate) {
  ++steps_;
  const auto correction = [&](Real beta) {
    return static_cast<Real>(1 / (1 - std::pow(static_cast<double>(beta), static_cast<double>(steps_))));
  };
  const bool decoupled = options_.name == "adamw";
  for (const NamedParameter& parameter : parameters) {
    if (parameter.kind == ParameterKind::buffer || !parameter.value.grad().defined()) continue;
    Moments& moments = moments_[parameter.name];
    if (!moments.mean.defined()) moments = {Tensor(parameter.value.shape()), Tensor(parameter.value.shape())};
    const Real decay = parameter.kind == ParameterKind::weight ? options_.weight_decay : Real(0);
    kernels::adam_update({.learning_rate = learning_rate * parameter.rate_scale,
                          .coupled_decay = decoupled ? Real(0) : decay,
                          .decoupled_decay = decoupled ? decay : Real(0),
                          .beta1 = options_.beta1,
                          .beta2 = options_.beta2,
                          .epsilon = options_.epsilon,
                          .mean_correction = correction(options_.beta1),
                          .variance_correction = correction(options_.beta2)},
                         parameter.value.grad(), moments.mean, moments.variance, parameter.value.mutable_value());
  }
}

Optimizer::State Adam::state() const {
  State state;
  for (const auto& [name, moments] : moments_) {
    state["mean." + name] = moments.mean.clone();
    state["variance." + name] = moments.variance.clone();
  }
  state["steps"] = Tensor(Shape{}, static_cast<Real>(steps_));  // exact up to 2^24 steps in float
  return state;
}

void Adam::restore(const State& state) {
  moments_.clear();
  for (const auto& [name, tensor] : state) {
    if (name == "steps") {
      steps_ = static_cast<Index>(tensor.item());
    } else if (name.starts_with("mean.")) {
      moments_[name.substr(5)].mean = tensor.clone();
    } else if (name.starts_with("variance.")) {
      moments_[name.substr(9)].variance = tensor.clone();
    }
  }
}

}  // namespace cairn
