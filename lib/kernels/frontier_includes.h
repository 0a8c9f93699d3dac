#pragma once

// Everything that frontier_code.inc needs, included before the instruction set is widened (see vector_includes.h).
#include <cstddef>
#include <cstdint>

#include "kernels/frontier.h"
#include "kernels/vector_kernels.h"

#if CAIRN_X86_VECTORS
#include <immintrin.h>
#endif
