#include "kernels/blas_core.h"

#include "support/catch.h"

using cairn::kernels::preferred_openblas_core;

TEST_CASE("preferred_openblas_core: a processor that OpenBLAS does not know gets kernels for its vectors",
          "[kernels][blas]") {
  CHECK(preferred_openblas_core("Prescott", true, true) == "SkylakeX");
  CHECK(preferred_openblas_core("Nehalem", true, false) == "Haswell");
  CHECK(preferred_openblas_core("Haswell", true, true) == "SkylakeX");
}

TEST_CASE("preferred_openblas_core: a good choice of OpenBLAS, or an old processor, is left alone", "[kernels][blas]") {
  CHECK(preferred_openblas_core("SkylakeX", true, true).empty());
  CHECK(preferred_openblas_core("Cooperlake", true, true).empty());
  CHECK(preferred_openblas_core("Zen", true, true).empty());
  CHECK(preferred_openblas_core("Haswell", true, false).empty());
  CHECK(preferred_openblas_core("Nehalem", false, false).empty());
}
