#include "nn/gin.h"

#include <utility>

#include "autodiff/ops_graph.h"

namespace cairn {

Gin::Gin(Index in, Index inner, Index out, Rng& rng)
    : epsilon_(constant_parameter(Shape{1}, 0)),
      weight_(glorot_parameter(in, inner, rng)),
      bias_(constant_parameter(Shape{inner}, 0)),
      second_(inner, out, rng) {}

Variable Gin::forward(const Propagation& propagation, const Input& x, const Pass&) const {
  // The sum and the first linear map commute, and after the map rows are narrower and dense.
  const Variable h = matmul(x, weight_);
  Variable summed =
      add(scale(slice_rows(h, 0, propagation.target_count()), shift(epsilon_, 1)), propagate(propagation, h));
  return second_.forward(relu(add_row(std::move(summed), bias_)));
}

void Gin::visit(const ParameterVisitor& visitor) const {
  visitor("epsilon", epsilon_, ParameterKind::bias);
  visitor("first.weight", weight_);
  visitor("first.bias", bias_, ParameterKind::bias);
  visitor("second", second_);
}

}  // namespace cairn
