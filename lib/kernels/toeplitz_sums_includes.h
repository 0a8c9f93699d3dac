#pragma once

// Everything that toeplitz_sums_code.inc needs, included before the instruction set is widened (see vector_includes.h).
#include <cstddef>
#include <cstdint>

#include "kernels/toeplitz_sums.h"
#include "kernels/vector_kernels.h"
