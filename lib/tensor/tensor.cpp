#include "tensor/tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace cairn {

namespace {
Index columns_of(const Shape& shape) {
  Index product = 1;
  for (int axis = 1; axis < shape.rank(); ++axis) product *= shape[axis];
  return product;
}
}  // namespace

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (int axis = 0; axis < shape.rank(); ++axis) text += fmt::format("{}{}", axis > 0 ? ", " : "", shape[axis]);
  return text + "]";
}

Tensor::Tensor(const Shape& shape, Real fill_value) : Tensor(shape, Storage::allocate(shape.size())) {
  fill(fill_value);
}

Tensor::Tensor(const Shape& shape, std::span<const Real> values) : Tensor(shape, Storage::allocate(shape.size())) {
  if (static_cast<Index>(values.size()) != size_) {
    throw ShapeError(fmt::format("tensor: {} holds {} values, found {}", to_string(shape), size_, values.size()));
  }
  std::copy(values.begin(), values.end(), values_);
}

Tensor::Tensor(const Shape& shape, std::shared_ptr<Storage> storage)
    : shape_(shape),
      size_(shape.size()),
      columns_(columns_of(shape)),
      values_(storage->data()),
      storage_(std::move(storage)) {
  if (storage_->size() != size_) {
    throw ShapeError(
        fmt::format("tensor: {} needs {} values, the storage holds {}", to_string(shape), size_, storage_->size()));
  }
}

bool Tensor::is_sole_owner() const {
  if (storage_.use_count() != 1 || !storage_->is_own()) return false;
  std::atomic_thread_fence(std::memory_order_acquire);  // what a thread read that has just let go was before our writes
  return true;
}

Tensor Tensor::uninitialized(const Shape& shape) { return Tensor(shape, Storage::allocate(shape.size())); }

Real Tensor::item() const {
  if (size_ != 1) throw ShapeError(fmt::format("item: expected one value, found {}", to_string(shape_)));
  return values_[0];
}

Tensor Tensor::clone() const { return defined() ? Tensor(shape_, values()) : Tensor(); }

Tensor Tensor::reshaped(const Shape& shape) const {
  if (shape.size() != size_) {
    throw ShapeError(fmt::format("reshape: {} and {} differ in size", to_string(shape_), to_string(shape)));
  }
  Tensor result = *this;
  result.shape_ = shape;
  result.columns_ = columns_of(shape);
  return result;
}

void Tensor::fill(Real value) { std::fill_n(values_, size_, value); }

}  // namespace cairn
