/// @file
/// The linear readout of a product encoding at the points of a grid, without the product.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace cairn {

/// values[i, j, ..] = sum over a, b, .. of Psi_1[i, a] Psi_2[j, b] .. W[a, b, ..]: the readout of (Psi_1 (x) Psi_2 ..)
/// vec(W) for grids of one to three axes; for two, Psi_1 W Psi_2^T. One matrix product an axis: for n points and d
/// columns an axis O(n d^2 + n^2 d) in place of n^2 d^2.
/// Source: Zheng, Ramasinghe and Lucey, ECCV 2022.
class ProductGridReadout {
 public:
  /// factors: for each axis its encoding at the grid's points, [n_k, d_k].
  /// @throws ShapeError unless there are one to three, each a matrix
  explicit ProductGridReadout(std::vector<Tensor> factors);

  /// weights: [d_1, d_2, ..]. Returns the values, [n_1, n_2, ..]. @throws ShapeError for another shape
  [[nodiscard]] Tensor apply(const Tensor& weights) const;
  /// The transpose of apply: the gradient in W of a loss with the gradient `values` [n_1, n_2, ..] there.
  /// @throws ShapeError for another shape
  [[nodiscard]] Tensor apply_transposed(const Tensor& values) const;

  /// [d_1, d_2, ..].
  [[nodiscard]] Shape weight_shape() const;
  /// [n_1, n_2, ..].
  [[nodiscard]] Shape value_shape() const;

 private:
  std::vector<Tensor> factors_;     // [n_k, d_k]
  std::vector<Tensor> transposed_;  // [d_k, n_k]
};

}  // namespace cairn
