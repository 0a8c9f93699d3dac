#include "kernels/blas_core.h"

#include <cblas.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "kernels/vector_kernels.h"

namespace cairn::kernels {

std::string_view preferred_openblas_core(std::string_view chosen, bool has_avx2, bool has_avx512) {
  // Zen has Haswell's kernels; on Zen 4, whose 512-bit instructions take two steps, they are as fast as any.
  constexpr std::array<std::string_view, 4> wide{"SkylakeX", "Cooperlake", "SapphireRapids", "Zen"};
  constexpr std::array<std::string_view, 4> old{"Haswell", "Excavator", "Steamroller", "Piledriver"};
  const auto is_in = [chosen](const auto& names) {
    return std::find(names.begin(), names.end(), chosen) != names.end();
  };
  if (is_in(wide)) return "";
  if (has_avx512) return "SkylakeX";
  return has_avx2 && !is_in(old) ? "Haswell" : "";
}

std::string_view preferred_openblas_core() {
#if CAIRN_X86_VECTORS
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr) return "";
  const VectorLevel level = best_vector_level();
  return preferred_openblas_core(openblas_get_corename(), level >= VectorLevel::avx2, level >= VectorLevel::avx512);
#else
  return "";
#endif
}

}  // namespace cairn::kernels
