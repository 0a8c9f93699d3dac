#pragma once

#include <cstdint>

namespace cairn::kernels {

/// Whether a kernel writes over its result or adds to it.
enum class Store : std::uint8_t { write, add };
/// Whether what a kernel writes goes through relu(), in the same pass.
enum class Rectified : std::uint8_t { no, yes };

}  // namespace cairn::kernels
