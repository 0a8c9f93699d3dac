// 512-bit vectors and masks of lanes: Skylake-X (2017), Zen 4, and later.
#include "kernels/frontier_includes.h"

#if CAIRN_X86_VECTORS
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC target("avx2,avx512f,avx512bw,avx512dq,avx512vl")
#endif
#define CAIRN_VECTOR_LEVEL avx512
#define CAIRN_VECTOR_BYTES 64
#include "kernels/frontier_code.inc"
#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
