#include "autodiff/ops_mixture.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "core/error.h"
#include "kernels/elementwise.h"

namespace cairn {

Variable mix(std::span<const Variable> parts, const Variable& weights) {
  if (weights.value().size() != static_cast<Index>(parts.size())) {
    throw ShapeError(fmt::format("mix: {} parts, weights {}", parts.size(), to_string(weights.shape())));
  }
  std::vector<Variable> inputs{weights};
  std::vector<std::size_t> places;  // of the inputs behind the weights
  Tensor y;
  for (std::size_t m = 0; m < parts.size(); ++m) {
    if (!parts[m].defined()) continue;
    const Tensor& x = parts[m].value();
    const Real weight = weights.value().values()[m];
    if (!y.defined()) {
      y = Tensor::uninitialized(x.shape());
      kernels::map(
          y, [weight](Real v) { return weight * v; }, x);
    } else {
      if (x.shape() != y.shape()) {
        throw ShapeError(fmt::format("mix: {} and {} differ", to_string(y.shape()), to_string(x.shape())));
      }
      kernels::add_scaled(x, weight, y);
    }
    inputs.push_back(parts[m]);
    places.push_back(m);
  }
  if (!y.defined()) throw ShapeError("mix: no part is defined");
  // Of each product sum: a part where the weights want a gradient, the weights where a part does.
  const Reads reads = weights.wants_gradient() ? Reads::all_of_the_inputs() : Reads::inputs({0});
  return make_operation(
      "mix", std::move(y), std::move(inputs), reads, [places = std::move(places)](BackwardStep& step) {
        for (std::size_t i = 0; i < places.size(); ++i) {
          if (step.wants(i + 1)) {
            kernels::add_scaled(step.upstream(), step.input(0).values()[places[i]], step.gradient(i + 1));
          }
          if (step.wants(0)) {
            step.gradient(0).values()[places[i]] += static_cast<Real>(kernels::dot(step.upstream(), step.input(i + 1)));
          }
        }
      });
}

}  // namespace cairn
