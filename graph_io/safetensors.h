#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "tensor/named_tensors.h"

namespace cairn {

/// Reads a safetensors file: arrays of F32, F64, I32, I64 and U8 with at most four extents, and the metadata.
/// Every size the file declares is held against its real size before anything is allocated for it; arrays must fill the
/// data without gaps. Throws InputError. Nothing in such a file can be executed. Source: the safetensors format,
/// huggingface.co/docs/safetensors; unlike it, other number types are refused.
NamedTensors read_safetensors(const std::filesystem::path& path);

/// The arrays of a safetensors file where they lie, and what keeps them there.
struct MappedTensors {
  NamedViews tensors;
  std::shared_ptr<const void> owner;  // the values are there for as long as it lives; nothing may be written there
};
/// The same as read_safetensors(), without reading the data: a page of it is read when it is first touched. Every array
/// must begin at a multiple of the size of its numbers. Throws InputError.
MappedTensors map_safetensors(const std::filesystem::path& path);

/// Writes one: the same content always gives the same bytes (the header ordered by name; the data by size of the
/// numbers, largest first, then by name, so that every array is aligned to its numbers). As OutputFile: whole or not at
/// all. Throws OutputError; ShapeError for an array whose values do not fit its shape.
void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors);
/// The same from where the values lie. alignment: each array begins at a multiple of so many bytes of the file, and
/// since the format allows no gaps, arrays "padding.0", "padding.1", ... of zeros stand between them; no other array
/// may be called so.
void write_aligned_safetensors(const std::filesystem::path& path, const NamedViews& tensors, Index alignment);
inline constexpr std::string_view padding_prefix = "padding.";

}  // namespace cairn
