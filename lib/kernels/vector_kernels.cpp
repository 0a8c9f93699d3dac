#include "kernels/vector_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "core/error.h"

namespace cairn::kernels {

namespace baseline {
extern const VectorKernels table;
}
#if CAIRN_X86_VECTORS
namespace avx2 {
extern const VectorKernels table;
}
namespace avx512 {
extern const VectorKernels table;
}
#endif

DropoutDraws dropout_draws(Real rate, std::uint64_t key) {
  if (!(rate >= 0 && rate < 1)) throw UsageError(fmt::format("dropout: expected a rate in [0, 1), found {}", rate));
  return {key, static_cast<std::uint32_t>(static_cast<double>(rate) * 4294967296.0), 1 / (1 - rate)};
}

VectorLevel best_vector_level() {
#if CAIRN_X86_VECTORS
  static const VectorLevel best = [] {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return VectorLevel::baseline;
    const bool has_512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return has_512 ? VectorLevel::avx512 : VectorLevel::avx2;
  }();
  return best;
#else
  return VectorLevel::baseline;
#endif
}

namespace {

const VectorKernels& kernels_of(VectorLevel level) {
#if CAIRN_X86_VECTORS
  if (level == VectorLevel::avx512) return avx512::table;
  if (level == VectorLevel::avx2) return avx2::table;
#endif
  static_cast<void>(level);
  return baseline::table;
}

std::atomic<const VectorKernels*> chosen{nullptr};  // null until the first use

}  // namespace

const VectorKernels& vector_kernels() {
  const VectorKernels* kernels = chosen.load(std::memory_order_relaxed);
  if (kernels == nullptr) {
    kernels = &kernels_of(best_vector_level());
    chosen.store(kernels, std::memory_order_relaxed);
  }
  return *kernels;
}

void limit_vector_level(VectorLevel most) {
  chosen.store(&kernels_of(std::min(most, best_vector_level())), std::memory_order_relaxed);
}

}  // namespace cairn::kernels
