// 256-bit vectors and fused multiply-add: Haswell (2013), Zen, and later.
#include "kernels/toeplitz_sums_includes.h"

#if CAIRN_X86_VECTORS
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#define CAIRN_VECTOR_LEVEL avx2
#define CAIRN_SUM_LANES 4  // of two registers each
#include "kernels/toeplitz_sums_code.inc"
#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
