#include "nn/propagated_product.h"

#include <utility>

#include "autodiff/ops_graph.h"

namespace cairn {

namespace {

/// Of kept products, columns for each that x weight has: their memory is held from the first pass on.
constexpr Index most_kept_columns = 2;

/// Arcs move whole rows, so they move the narrower side of the product; what is kept they move once.
bool moves_first(const Propagation& propagation, const Variable& x, Index width) {
  const Index columns = x.value().columns();
  return columns < width || (columns <= most_kept_columns * width && propagation.keeps(x.value()));
}

}  // namespace

Variable propagated_product(const Propagation& propagation, const Input& x, const Variable& weight,
                            const Variable& bias, Rectified rectified) {
  const auto* dense = std::get_if<Variable>(&x);
  if (dense != nullptr && moves_first(propagation, *dense, weight.value().columns()))
    return linear(Input(propagate(propagation, *dense)), weight, bias, rectified);
  Variable product = matmul(x, weight);
  if (bias.defined()) return propagate(propagation, std::move(product), bias, rectified);
  product = propagate(propagation, std::move(product));
  return rectified == Rectified::yes ? relu(std::move(product)) : product;
}

}  // namespace cairn
