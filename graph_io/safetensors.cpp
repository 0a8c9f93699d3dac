#include "graph_io/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "graph_io/input_file.h"
#include "graph_io/output_file.h"
#include "graph_io/safetensors_header.h"

namespace cairn {

namespace {

constexpr std::uint64_t header_alignment = 8;  // the data begins at a multiple of 8 at least

template <std::size_t dtype = 0>
StoredArray::Values make_values(std::size_t wanted, std::size_t count) {
  if constexpr (dtype + 1 < dtype_names.size()) {
    if (wanted != dtype) return make_values<dtype + 1>(wanted, count);
  }
  return std::variant_alternative_t<dtype, StoredArray::Values>(count);
}

/// The values that begin at `data`.
template <std::size_t dtype = 0>
ArrayView::Values view_values(std::size_t wanted, const std::byte* data, std::size_t count) {
  if constexpr (dtype + 1 < dtype_names.size()) {
    if (wanted != dtype) return view_values<dtype + 1>(wanted, data, count);
  }
  using Span = std::variant_alternative_t<dtype, ArrayView::Values>;
  return Span(reinterpret_cast<typename Span::pointer>(data), count);
}

/// An array and where it will lie.
struct PlacedArray {
  std::string name;
  ArrayView array;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::span<const std::byte> bytes_of(const ArrayView& array) {
  return std::visit([](const auto& values) { return std::as_bytes(values); }, array.values);
}

/// The arrays in the order of the data, with the padding that alignment asks for.
std::vector<PlacedArray> placed(const NamedViews& tensors, std::uint64_t alignment) {
  static constexpr std::array<std::uint8_t, 4096> zeros{};
  std::vector<PlacedArray> order;
  for (const auto& [name, array] : tensors.arrays) {
    const std::size_t count = std::visit([](const auto& values) { return values.size(); }, array.values);
    if (static_cast<Index>(count) != array.shape.size()) {
      throw ShapeError(fmt::format("array '{}': {} values do not fit {}", name, count, to_string(array.shape)));
    }
    if (name == metadata_key) throw ShapeError("an array cannot be called __metadata__");
    if (name.starts_with(padding_prefix)) throw ShapeError("the name of an array cannot begin with padding.");
    order.push_back({.name = name, .array = array});
  }
  std::stable_sort(order.begin(), order.end(), [](const PlacedArray& a, const PlacedArray& b) {
    return dtype_bytes[a.array.values.index()] > dtype_bytes[b.array.values.index()];
  });
  std::vector<PlacedArray> result;
  std::uint64_t position = 0;
  const auto place = [&](PlacedArray array) {
    array.begin = position;
    position = array.end = position + bytes_of(array.array).size();
    result.push_back(std::move(array));
  };
  std::size_t paddings = 0;
  for (PlacedArray& array : order) {
    if (const std::uint64_t over = position % alignment; over > 0) {
      const auto missing = static_cast<std::size_t>(alignment - over);
      place({.name = fmt::format("{}{}", padding_prefix, paddings++),
             .array = {Shape{static_cast<Index>(missing)}, std::span(zeros).first(missing)}});
    }
    place(std::move(array));
  }
  return result;
}

std::string header_text(const std::vector<PlacedArray>& arrays, const NamedViews& tensors,
                        const std::filesystem::path& path) {
  nlohmann::json header = nlohmann::json::object();
  if (!tensors.metadata.empty()) header[std::string(metadata_key)] = tensors.metadata;
  for (const PlacedArray& placed : arrays) {
    std::vector<Index> shape;
    for (int axis = 0; axis < placed.array.shape.rank(); ++axis) shape.push_back(placed.array.shape[axis]);
    header[placed.name] = {{"dtype", dtype_names[placed.array.values.index()]},
                           {"shape", shape},
                           {"data_offsets", {placed.begin, placed.end}}};
  }
  // Names that are not UTF-8 would make a file that no JSON parser takes back.
  try {
    return header.dump();
  } catch (const nlohmann::json::exception&) {
    throw OutputError(fmt::format("{}: names and metadata must be UTF-8", path.string()));
  }
}

}  // namespace

NamedTensors read_safetensors(const std::filesystem::path& path) {
  InputFile file(path);
  SafetensorsHeader header = read_safetensors_header(file);
  NamedTensors result;
  result.metadata = std::move(header.metadata);
  for (const DescribedArray& described : header.arrays) {
    StoredArray array{described.shape, make_values(described.dtype, static_cast<std::size_t>(described.shape.size()))};
    const auto read = [&](auto& values) { file.read_exact(values.data(), std::as_bytes(std::span(values)).size()); };
    std::visit(read, array.values);
    result.arrays.emplace(described.name, std::move(array));
  }
  return result;
}

MappedTensors map_safetensors(const std::filesystem::path& path) {
  InputFile file(path);
  SafetensorsHeader header = read_safetensors_header(file);
  MappedBytes mapped = file.map();
  MappedTensors result{.tensors = {}, .owner = std::move(mapped.owner)};
  result.tensors.metadata = std::move(header.metadata);
  for (const DescribedArray& described : header.arrays) {
    if (described.begin % dtype_bytes[described.dtype] != 0) {
      file.fail("array '{}': expected data at a multiple of {} bytes, found it at {}", described.name,
                dtype_bytes[described.dtype], described.begin);
    }
    const ArrayView::Values values = view_values(described.dtype, mapped.bytes.data() + described.begin,
                                                 static_cast<std::size_t>(described.shape.size()));
    result.tensors.arrays.emplace(described.name, ArrayView{described.shape, values});
  }
  return result;
}

void write_aligned_safetensors(const std::filesystem::path& path, const NamedViews& tensors, Index alignment) {
  if (alignment < 1 || alignment > 4096) throw ShapeError(fmt::format("safetensors: an alignment of {}", alignment));
  const std::vector<PlacedArray> arrays = placed(tensors, static_cast<std::uint64_t>(alignment));
  std::string text = header_text(arrays, tensors, path);
  const std::uint64_t multiple = std::max(header_alignment, static_cast<std::uint64_t>(alignment));
  const std::uint64_t header_begin = sizeof(std::uint64_t);
  text.append((multiple - (header_begin + text.size()) % multiple) % multiple, ' ');
  const std::uint64_t header_bytes = text.size();
  OutputFile file(path);
  file.write(&header_bytes, sizeof header_bytes);
  file.write(text);
  for (const PlacedArray& placed : arrays) {
    const std::span<const std::byte> bytes = bytes_of(placed.array);
    file.write(bytes.data(), bytes.size());
  }
  file.commit();
}

void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors) {
  write_aligned_safetensors(path, views_of(tensors), 1);
}

}  // namespace cairn
