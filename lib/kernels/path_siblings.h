#pragma once

#include <functional>

#include "kernels/path_walk.h"

namespace cairn::kernels::paths {

/// The step over siblings after a level; h: [N * K, D], its items' states before the step.
class SiblingStep {
 public:
  explicit SiblingStep(const Walk& walk);

  /// Writes the level's rows of `states`.
  void forward(Index level, const Tensor& h, Tensor& states) const;

  /// Gradients of the states of a level's chunk: writes [items, D] to `to`.
  using Gather = std::function<void(Index chunk, Index begin, Index end, Real* to)>;
  /// Backward, first half: an item's gradient below the ReLU, divided by the number of its siblings (1 for none), is
  /// left in its row of `table`. Adds the gradients of weights and bias that are wanted.
  void backward(Index level, const Tensor& h, const Tensor& states, const Gather& gather, Tensor& table,
                const PathCellGradients& wanted) const;
  /// Second half: g [items, D], gradient of h, from what the first half left in `table`.
  void pull(Index begin, Index end, const Tensor& table, Real* g) const;

 private:
  Real divisor(Index item) const;
  /// The items' rows of a table, [items, D].
  void copy_rows(const Tensor& table, Index begin, Index end, Real* rows) const;

  const Walk& walk_;
  PackedMatrix own_;
  PackedMatrix sibling_;
  PackedMatrix own_transposed_;
  PackedMatrix sibling_transposed_;
};

}  // namespace cairn::kernels::paths
