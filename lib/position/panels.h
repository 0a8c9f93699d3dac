#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/types.h"

namespace cairn {

/// A tall table of doubles, [rows, columns], in panels of 8 columns: a panel is [rows, 8] row-major, so that what a
/// sparse product fetches of a row is one cache line, and the rows that it fetches often lie close together.
class Panels {
 public:
  static constexpr Index width = 8;  // columns of a panel: a cache line

  /// Zeros. columns: a multiple of width. Throws ShapeError for another number.
  Panels(Index rows, Index columns);

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  Index count() const { return columns_ / width; }
  /// Panel `index` of count(): [rows, width].
  double* panel(Index index) { return values_.get() + index * rows_ * width; }
  const double* panel(Index index) const { return values_.get() + index * rows_ * width; }
  double& at(Index row, Index column) { return panel(column / width)[row * width + column % width]; }
  double at(Index row, Index column) const { return panel(column / width)[row * width + column % width]; }

 private:
  struct Free {
    void operator()(double* values) const;
  };

  Index rows_ = 0;
  Index columns_ = 0;
  std::unique_ptr<double[], Free> values_;
};

/// A^T D B, [columns, columns] row-major, D the diagonal of `weights` [rows]. a and b of the same shape. These products
/// run in parallel over blocks of rows that depend on the number of rows alone and add partial sums in the order of the
/// blocks: the same bits for any number of threads.
std::vector<double> weighted_product(std::span<const double> weights, const Panels& a, const Panels& b);

/// A <- A R, R [columns, columns] row-major.
void multiply_columns(Panels& a, std::span<const double> r);

/// Takes from each column its mean under the weights, so that sum_v weights[v] a[v, j] = 0.
void remove_means(std::span<const double> weights, Panels& a);

/// sqrt(sum_v weights[v] (b[v, j] - values[j] a[v, j])^2) for each of the first values.size() columns.
std::vector<double> weighted_residuals(std::span<const double> weights, const Panels& a, const Panels& b,
                                       std::span<const double> values);

}  // namespace cairn
