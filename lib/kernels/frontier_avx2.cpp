// 256-bit vectors: Haswell (2013), Zen, and later.
#include "kernels/frontier_includes.h"

#if CAIRN_X86_VECTORS
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif
#define CAIRN_VECTOR_LEVEL avx2
#define CAIRN_VECTOR_BYTES 32
#include "kernels/frontier_code.inc"
#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
