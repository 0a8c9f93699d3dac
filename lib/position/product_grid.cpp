#include "position/product_grid.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"
#include "kernels/dense.h"

namespace cairn {

namespace {

constexpr std::size_t most_axes = 3;

Tensor transpose(const Tensor& a) {
  Tensor result = Tensor::uninitialized({a.columns(), a.rows()});
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.columns(); ++j) result.at(j, i) = a.at(i, j);
  }
  return result;
}

Shape extents(const std::vector<Tensor>& matrices, int axis) {
  Shape shape;
  for (const Tensor& matrix : matrices) shape.append(matrix.extent(axis));
  return shape;
}

/// For each axis in turn, the first one of `x` times the axis's matrix [in, out]; the result goes last, so that after
/// all of them the axes stand in order again.
Tensor along_each_axis(const Tensor& x, const std::vector<Tensor>& matrices) {
  const Shape in = extents(matrices, 0);
  if (x.shape() != in) {
    throw ShapeError(fmt::format("product grid: expected {}, found {}", to_string(in), to_string(x.shape())));
  }
  Tensor current = x;
  for (const Tensor& matrix : matrices) {
    const Index rest = current.size() / matrix.rows();
    Tensor next({rest, matrix.columns()});
    kernels::add_matmul_at(current.reshaped({matrix.rows(), rest}), matrix, next);
    current = std::move(next);
  }
  return current.reshaped(extents(matrices, 1));
}

}  // namespace

ProductGridReadout::ProductGridReadout(std::vector<Tensor> factors) : factors_(std::move(factors)) {
  if (factors_.empty() || factors_.size() > most_axes) {
    throw ShapeError(fmt::format("product grid: expected 1 to {} axes, found {}", most_axes, factors_.size()));
  }
  for (const Tensor& factor : factors_) {
    if (factor.rank() != 2 || factor.size() == 0) {
      throw ShapeError(fmt::format("product grid: expected a matrix an axis, found {}", to_string(factor.shape())));
    }
    transposed_.push_back(transpose(factor));
  }
}

Tensor ProductGridReadout::apply(const Tensor& weights) const { return along_each_axis(weights, transposed_); }

Tensor ProductGridReadout::apply_transposed(const Tensor& values) const { return along_each_axis(values, factors_); }

Shape ProductGridReadout::weight_shape() const { return extents(factors_, 1); }

Shape ProductGridReadout::value_shape() const { return extents(factors_, 0); }

}  // namespace cairn
