#include "optim/optimizer.h"

#include <fmt/format.h>

#include <cmath>

#include "kernels/elementwise.h"

namespace cairn {

bool Optimizer::moves(const NamedParameter& parameter) {
  return parameter.kind != ParameterKind::buffer && parameter.value.grad().defined();
}

Tensor& Optimizer::average_of(State& averages, const NamedParameter& parameter) {
  const Shape& shape = parameter.value.shape();
  Tensor& average = averages[parameter.name];
  if (!average.defined()) average = Tensor(shape);
  if (average.shape() != shape || parameter.value.grad().shape() != shape) {
    throw ShapeError(fmt::format("optimizer: '{}' is {}, its gradient {}, its running average {}", parameter.name,
                                 to_string(shape), to_string(parameter.value.grad().shape()),
                                 to_string(average.shape())));
  }
  return average;
}

void Optimizer::save_averages(std::string_view kind, const State& averages, State& to) {
  for (const auto& [name, average] : averages) to[fmt::format("{}.{}", kind, name)] = average.clone();
}

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
