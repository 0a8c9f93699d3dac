#include "tensor/named_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace cairn {

StoredArray to_stored(const Tensor& tensor) {
  return {tensor.shape(), std::vector<Real>(tensor.values().begin(), tensor.values().end())};
}

Tensor to_tensor(const StoredArray& array) {
  Tensor tensor = Tensor::uninitialized(array.shape);
  std::visit(
      [&](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_floating_point_v<Value>) {
          if (static_cast<Index>(values.size()) != tensor.size())
            throw ShapeError("stored array: size and shape differ");
          std::transform(values.begin(), values.end(), tensor.data(),
                         [](Value value) { return static_cast<Real>(value); });
        } else {
          throw ShapeError("stored array: expected real numbers, found integers");
        }
      },
      array.values);
  return tensor;
}

NamedViews views_of(const NamedTensors& tensors) {
  NamedViews views{.arrays = {}, .metadata = tensors.metadata};
  for (const auto& [name, array] : tensors.arrays) {
    const auto view = [](const auto& values) { return ArrayView::Values(std::span(values)); };
    views.arrays.emplace(name, ArrayView{array.shape, std::visit(view, array.values)});
  }
  return views;
}

const StoredArray& find_array(const NamedTensors& tensors, std::string_view name) {
  const auto found = tensors.arrays.find(name);
  if (found == tensors.arrays.end()) throw Error(fmt::format("tensor '{}' is missing", name));
  return found->second;
}

const std::string& find_metadata(const NamedTensors& tensors, std::string_view name) {
  const auto found = tensors.metadata.find(name);
  if (found == tensors.metadata.end()) throw Error(fmt::format("metadata '{}' is missing", name));
  return found->second;
}

}  // namespace cairn
