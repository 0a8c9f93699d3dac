#pragma once

#include <filesystem>

#include "tensor/named_tensors.h"

namespace cairn {

/// Reads a safetensors file: arrays of F32, F64, I32, I64 and U8 with at most four extents, and the metadata.
/// Every size the file declares is held against its real size before anything is allocated for it; arrays must fill the
/// data without gaps. Throws InputError. Nothing in such a file can be executed. Source: the safetensors format,
/// huggingface.co/docs/safetensors; unlike it, other number types are refused.
NamedTensors read_safetensors(const std::filesystem::path& path);

/// Writes one: the same content always gives the same bytes (the header ordered by name; the data by size of the
/// numbers, largest first, then by name, so that every array is aligned to its numbers). As OutputFile: whole or not at
/// all. Throws OutputError; ShapeError for an array whose values do not fit its shape.
void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace cairn
