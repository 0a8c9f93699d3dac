#pragma once

#include <memory>
#include <span>
#include <vector>

#include "tensor/shape.h"
#include "tensor/storage.h"

namespace cairn {

/// A dense row-major array of Real. Copies share their values, as in NumPy; clone() is the deep copy.
class Tensor {
 public:
  /// No tensor at all: defined() is false.
  Tensor() = default;
  explicit Tensor(const Shape& shape, Real fill = 0);
  /// Takes `values` in row-major order. Throws ShapeError unless there are shape.size() of them.
  Tensor(const Shape& shape, std::span<const Real> values);
  Tensor(const Shape& shape, std::initializer_list<Real> values)
      : Tensor(shape, std::span(values.begin(), values.size())) {}
  /// A tensor over foreign or shared memory. Throws ShapeError unless the storage holds shape.size() values.
  Tensor(const Shape& shape, std::shared_ptr<Storage> storage);

  /// Values undefined until written: for results that a kernel fills completely.
  static Tensor uninitialized(const Shape& shape);

  bool defined() const { return storage_ != nullptr; }
  /// Whether the values lie in memory of our own that no other tensor shares: writing over them is seen by nobody else.
  bool is_sole_owner() const;
  const Shape& shape() const { return shape_; }
  int rank() const { return shape_.rank(); }
  Index extent(int axis) const { return shape_[axis]; }
  Index size() const { return size_; }

  /// First extent and the product of the others: every tensor seen as a matrix. No extents: 1 x 1.
  Index rows() const { return shape_.rank() == 0 ? 1 : shape_[0]; }
  Index columns() const { return columns_; }

  Real* data() { return values_; }
  const Real* data() const { return values_; }
  std::span<Real> values() { return {values_, static_cast<std::size_t>(size_)}; }
  std::span<const Real> values() const { return {values_, static_cast<std::size_t>(size_)}; }
  std::span<Real> row(Index i) { return {values_ + i * columns_, static_cast<std::size_t>(columns_)}; }
  std::span<const Real> row(Index i) const { return {values_ + i * columns_, static_cast<std::size_t>(columns_)}; }
  Real& at(Index row, Index column) { return values_[row * columns_ + column]; }
  Real at(Index row, Index column) const { return values_[row * columns_ + column]; }
  /// The value of a tensor of one value. Throws ShapeError for another.
  Real item() const;

  Tensor clone() const;
  /// The same values under another shape of the same size. Throws ShapeError where sizes differ.
  Tensor reshaped(const Shape& shape) const;
  void fill(Real value);

 private:
  Shape shape_;
  Index size_ = 0;
  Index columns_ = 1;
  Real* values_ = nullptr;
  std::shared_ptr<Storage> storage_;
};

}  // namespace cairn
