#include "optim/sgd.h"

#include <fmt/format.h>

#include "kernels/parameter_update.h"

namespace cairn {

void Sgd::step(std::span<const NamedParameter> parameters, Real learning_rate) {
  for (const NamedParameter& parameter : parameters) {
    if (!moves(parameter)) continue;
    const bool decays = parameter.kind == ParameterKind::weight;
    kernels::sgd_update({.learning_rate = learning_rate * parameter.rate_scale,
                         .weight_decay = decays ? options_.weight_decay : Real(0),
                         .momentum = options_.momentum},
                        parameter.value.grad(), average_of(velocities_, parameter), parameter.value.mutable_value());
  }
}

Optimizer::State Sgd::state() const {
  State state;
  save_averages("velocity", velocities_, state);
  return state;
}

void Sgd::restore(const State& state) {
  constexpr std::string_view prefix = "velocity.";
  State velocities;
  for (const auto& [name, velocity] : state) {
    if (!name.starts_with(prefix)) throw Error(fmt::format("sgd: '{}' is no part of its state", name));
    velocities[name.substr(prefix.size())] = velocity.clone();
  }
  velocities_ = std::move(velocities);
}

}  // namespace cairn
