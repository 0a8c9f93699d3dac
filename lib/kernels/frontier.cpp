#include "kernels/frontier_includes.h"

#define CAIRN_VECTOR_LEVEL baseline
#define CAIRN_VECTOR_BYTES 16
#include "kernels/frontier_code.inc"

namespace cairn::kernels {

#if CAIRN_X86_VECTORS
namespace avx2 {
extern const VectorKernels table;
extern const FrontierKernels frontier_table;
}  // namespace avx2
namespace avx512 {
extern const VectorKernels table;
extern const FrontierKernels frontier_table;
}  // namespace avx512
#endif

const FrontierKernels& frontier_kernels() {
#if CAIRN_X86_VECTORS
  const VectorKernels* const running = &vector_kernels();
  if (running == &avx512::table) return avx512::frontier_table;
  if (running == &avx2::table) return avx2::frontier_table;
#endif
  return baseline::frontier_table;
}

}  // namespace cairn::kernels
