#pragma once

// Everything that vector_code.inc needs, included before the instruction set is widened: an inline function of another
// header, compiled with wider instructions, could be the copy that the linker keeps for everyone.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/rng.h"
#include "kernels/vector_kernels.h"
