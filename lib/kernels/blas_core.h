#pragma once

#include <string_view>

namespace cairn::kernels {

/// The value of OPENBLAS_CORETYPE with which OpenBLAS would use this processor's vectors, or empty where its own choice
/// already does, or OPENBLAS_CORETYPE is set. OpenBLAS knows processors by their numbers and gives an unknown one
/// kernels for a much older one: at a half or a quarter of the speed. The variable is read when the library is loaded,
/// so only a program that can start itself again may act on this; a library must not.
std::string_view preferred_openblas_core();

/// The same for a processor of a given level and the core that OpenBLAS has chosen, by its name.
std::string_view preferred_openblas_core(std::string_view chosen, bool has_avx2, bool has_avx512);

}  // namespace cairn::kernels
