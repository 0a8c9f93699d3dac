#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph_io/input_file.h"
#include "tensor/shape.h"

namespace cairn {

/// Number types of safetensors files, in the order of StoredArray::Values and ArrayView::Values.
inline constexpr std::array<std::string_view, 5> dtype_names{"F32", "F64", "I32", "I64", "U8"};
inline constexpr std::array<std::uint64_t, 5> dtype_bytes{4, 8, 4, 8, 1};
/// What the header calls the texts.
inline constexpr std::string_view metadata_key = "__metadata__";

/// An array as the header describes it.
struct DescribedArray {
  std::string name;
  std::size_t dtype = 0;  // place in dtype_names
  Shape shape;
  std::uint64_t begin = 0;  // of its bytes in the file; the number of them is that of the shape
};

struct SafetensorsHeader {
  std::vector<DescribedArray> arrays;  // in the order of their data, names unique
  std::map<std::string, std::string, std::less<>> metadata;
};

/// Reads the header of a safetensors file and leaves the file at its first byte of data. Every size it declares is held
/// against the real one of the file; arrays fill the data without gaps. Throws InputError.
SafetensorsHeader read_safetensors_header(InputFile& file);

}  // namespace cairn
