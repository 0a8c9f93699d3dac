#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tensor/tensor.h"

namespace cairn {

/// An array as files hold it: values of one of the number types that cairn keeps on disk, with a shape.
struct StoredArray {
  using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>,
                              std::vector<std::int64_t>, std::vector<std::uint8_t>>;
  Shape shape;
  Values values;
};

/// What models, caches and checkpoints are made of: arrays by name, and text by name. Ordered by name, so that the same
/// content always gives the same bytes.
struct NamedTensors {
  std::map<std::string, StoredArray, std::less<>> arrays;
  std::map<std::string, std::string, std::less<>> metadata;
};

/// A StoredArray over memory that lies elsewhere: in a program's own structures, or in a mapped file.
struct ArrayView {
  using Values = std::variant<std::span<const float>, std::span<const double>, std::span<const std::int32_t>,
                              std::span<const std::int64_t>, std::span<const std::uint8_t>>;
  Shape shape;
  Values values;
};

/// NamedTensors over such memory, which must outlive them.
struct NamedViews {
  std::map<std::string, ArrayView, std::less<>> arrays;
  std::map<std::string, std::string, std::less<>> metadata;
};
NamedViews views_of(const NamedTensors& tensors);

/// Stored in the precision of Real, so that reading gives the same bits back.
StoredArray to_stored(const Tensor& tensor);
/// Converts float and double to Real. Throws ShapeError for integers.
Tensor to_tensor(const StoredArray& array);

/// The array `name`. Throws Error "<name> is missing" where there is none.
const StoredArray& find_array(const NamedTensors& tensors, std::string_view name);
/// The text `name`. Throws Error "<name> is missing" where there is none.
const std::string& find_metadata(const NamedTensors& tensors, std::string_view name);

}  // namespace cairn
