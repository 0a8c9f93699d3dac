#include "kernels/walk_steps_includes.h"

#define CAIRN_VECTOR_LEVEL baseline
#include "kernels/walk_steps_code.inc"

namespace cairn::kernels {

#if CAIRN_X86_VECTORS
namespace avx2 {
extern const VectorKernels table;
extern const WalkKernels walk_table;
}  // namespace avx2
namespace avx512 {
extern const VectorKernels table;
extern const WalkKernels walk_table;
}  // namespace avx512
#endif

const WalkKernels& walk_kernels() {
#if CAIRN_X86_VECTORS
  const VectorKernels* const running = &vector_kernels();
  if (running == &avx512::table) return avx512::walk_table;
  if (running == &avx2::table) return avx2::walk_table;
#endif
  return baseline::walk_table;
}

}  // namespace cairn::kernels
