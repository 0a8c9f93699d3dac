// 512-bit vectors: Skylake-X (2017), Zen 4, and later.
#include "kernels/toeplitz_sums_includes.h"

#if CAIRN_X86_VECTORS
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)
#else
#pragma GCC target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
#endif
#define CAIRN_VECTOR_LEVEL avx512
#define CAIRN_SUM_LANES 8
#include "kernels/toeplitz_sums_code.inc"
#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
