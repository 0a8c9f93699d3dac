#include "optim/sgd.h"

#include "kernels/parameter_update.h"

namespace cairn {

void Sgd::step(std::span<const NamedParameter> parameters, Real learning_rate) {
  for (const NamedParameter& parameter : parameters) {
    if (parameter.kind == ParameterKind::buffer || !parameter.value.grad().defined()) continue;
    Tensor& velocity = velocity_[parameter.name];
    if (!velocity.defined()) velocity = Tensor(parameter.value.shape());
    const bool decays = parameter.kind == ParameterKind::weight;
    kernels::sgd_update({.learning_rate = learning_rate * parameter.rate_scale,
                         .weight_decay = decays ? options_.weight_decay : Real(0),
                         .momentum = options_.momentum},
                        parameter.value.grad(), velocity, parameter.value.mutable_value());
  }
}

Optimizer::State Sgd::state() const {
  State state;
  for (const auto& [name, velocity] : velocity_) state["velocity." + name] = velocity.clone();
  return state;
}

void Sgd::restore(const State& state) {
  constexpr std::string_view prefix = "velocity.";
  velocity_.clear();
  for (const auto& [name, velocity] : state) {
    if (name.starts_with(prefix)) velocity_[name.substr(prefix.size())] = velocity.clone();
  }
}

}  // namespace cairn
