#include "optim/adam.h"

#include <fmt/format.h>

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
    if (!moves(parameter)) continue;
    const Real decay = parameter.kind == ParameterKind::weight ? options_.weight_decay : Real(0);
    kernels::adam_update({.learning_rate = learning_rate * parameter.rate_scale,
                          .coupled_decay = decoupled ? Real(0) : decay,
                          .decoupled_decay = decoupled ? decay : Real(0),
                          .beta1 = options_.beta1,
                          .beta2 = options_.beta2,
                          .epsilon = options_.epsilon,
                          .mean_correction = correction(options_.beta1),
                          .variance_correction = correction(options_.beta2)},
                         parameter.value.grad(), average_of(means_, parameter), average_of(variances_, parameter),
                         parameter.value.mutable_value());
  }
}

Optimizer::State Adam::state() const {
  State state;
  save_averages("mean", means_, state);
  save_averages("variance", variances_, state);
  state["steps"] = Tensor(Shape{}, static_cast<Real>(steps_));  // exact up to 2^24 steps in float
  return state;
}

void Adam::restore(const State& state) {
  State means;
  State variances;
  for (const auto& [name, tensor] : state) {
    if (name.starts_with("mean.")) {
      means[name.substr(5)] = tensor.clone();
    } else if (name.starts_with("variance.")) {
      variances[name.substr(9)] = tensor.clone();
    } else if (name != "steps") {
      throw Error(fmt::format("adam: '{}' is no part of its state", name));
    }
  }
  for (const auto& [name, mean] : means) {
    if (!variances.contains(name)) throw Error(fmt::format("adam: its state lacks 'variance.{}'", name));
  }
  for (const auto& [name, variance] : variances) {
    if (!means.contains(name)) throw Error(fmt::format("adam: its state lacks 'mean.{}'", name));
  }
  const auto steps = state.find("steps");
  if (steps == state.end()) throw Error("adam: its state lacks 'steps'");
  means_ = std::move(means);
  variances_ = std::move(variances);
  steps_ = static_cast<Index>(steps->second.item());
}

}  // namespace cairn
