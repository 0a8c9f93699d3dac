#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn {

/// Number type of every tensor: float in the product, double where gradients are checked (build option CAIRN_REAL).
#ifdef CAIRN_REAL_DOUBLE
using Real = double;
#else
using Real = float;
#endif

using NodeId = std::int32_t;
using EdgeId = std::int64_t;
using Index = std::ptrdiff_t;

}  // namespace cairn
