#pragma once

#include <array>
#include <initializer_list>
#include <string>

#include "core/error.h"
#include "core/types.h"

namespace cairn {

/// Extents of a tensor, at most four, row-major: the last runs fastest. No extents: one single value.
class Shape {
 public:
  static constexpr int max_rank = 4;

  Shape() = default;
  /// Throws ShapeError for more than max_rank extents or a negative one.
  Shape(std::initializer_list<Index> extents) {
    if (extents.size() > static_cast<std::size_t>(max_rank)) throw ShapeError("shape: expected at most 4 extents");
    for (const Index extent : extents) append(extent);
  }

  void append(Index extent) {
    if (rank_ == max_rank || extent < 0) throw ShapeError("shape: expected at most 4 extents, none negative");
    extents_[static_cast<std::size_t>(rank_++)] = extent;
  }

  int rank() const { return rank_; }
  Index operator[](int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  /// Number of values: the product of the extents.
  Index size() const {
    Index product = 1;
    for (int axis = 0; axis < rank_; ++axis) product *= (*this)[axis];
    return product;
  }

  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::array<Index, max_rank> extents_{};
  int rank_ = 0;
};

/// "[2708, 1433]".
std::string to_string(const Shape& shape);

}  // namespace cairn
