// What every processor of the compiler's default target can do: 128-bit vectors.
#include "kernels/vector_includes.h"

#define CAIRN_VECTOR_LEVEL baseline
#define CAIRN_VECTOR_BYTES 16
#include "kernels/vector_code.inc"
