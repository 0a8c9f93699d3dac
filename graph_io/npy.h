#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "tensor/named_tensors.h"
#include "tensor/tensor.h"

namespace cairn {

/// Reads a NumPy file (format 1.0, 2.0 or 3.0; rows or columns first; little-endian): f2, f4, f8, i1 to i8, u1 to u8,
/// bool. Narrow integers widen to int32 (u1 and bool stay bytes, u4 and u8 become int64), f2 widens to float. The
/// declared shape is held against the size of the file before anything is allocated. Throws InputError.
StoredArray read_npy(const std::filesystem::path& path);

/// The same as Real, without a copy in between. Throws InputError also for NaN, infinities and what overflows Real.
Tensor read_npy_tensor(const std::filesystem::path& path);

/// Writes format 1.0, rows first, in the type of the values. As OutputFile: whole or not at all. Throws OutputError.
void write_npy(const std::filesystem::path& path, const Tensor& tensor);
void write_npy(const std::filesystem::path& path, const StoredArray& array);
void write_npy(const std::filesystem::path& path, std::span<const std::int64_t> values);

}  // namespace cairn
