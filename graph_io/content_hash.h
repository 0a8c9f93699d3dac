#pragma once

#include <string>

#include "tensor/named_tensors.h"

namespace cairn {

/// 64 bits, as 16 hexadecimal digits, of every text, and of the name, shape, number type and values of every array.
/// Whatever changes within one word of 8 bytes changes it; any other accident goes unseen once in 2^64. Not a
/// secret-proof hash. In parallel, in about the time of reading the values once; the same for any number of threads.
std::string content_hash(const NamedViews& tensors);

}  // namespace cairn
