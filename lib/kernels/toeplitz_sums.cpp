#include "kernels/toeplitz_sums_includes.h"

#define CAIRN_VECTOR_LEVEL baseline
#define CAIRN_SUM_LANES 2  // of four registers each
#include "kernels/toeplitz_sums_code.inc"

namespace cairn::kernels {

#if CAIRN_X86_VECTORS
namespace avx2 {
extern const VectorKernels table;
extern const ToeplitzKernels toeplitz_table;
}  // namespace avx2
namespace avx512 {
extern const VectorKernels table;
extern const ToeplitzKernels toeplitz_table;
}  // namespace avx512
#endif

const ToeplitzKernels& toeplitz_kernels() {
#if CAIRN_X86_VECTORS
  const VectorKernels* const running = &vector_kernels();
  if (running == &avx512::table) return avx512::toeplitz_table;
  if (running == &avx2::table) return avx2::toeplitz_table;
#endif
  return baseline::toeplitz_table;
}

}  // namespace cairn::kernels
