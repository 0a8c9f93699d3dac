#include <limits>

#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

TEST_CASE("propagate_back: writes over what was there the bits that adding to zeros gives", "[kernels][spmm]") {
  at_every_vector_level([] {
    Rng rng(12);
    for (const bool weighted : {false, true}) {
      const Propagation propagation = random_propagation(700, 900, 6, weighted, rng);
      for (const Index width : {1, 7, 16, 64}) {
        CAPTURE(width, weighted);
        const Tensor y = random_tensor({900, width}, rng);
        Tensor added({700, width});
        kernels::add_propagated_back(propagation, y, added);
        Tensor written({700, width}, std::numeric_limits<Real>::quiet_NaN());
        kernels::propagate_back(propagation, y, written);
        CHECK(same_bits(written, added));
      }
    }
  });
  Tensor wrong({3, 4});
  CHECK_THROWS_AS(kernels::propagate_back(Propagation(), Tensor({0, 4}), wrong), ShapeError);
}
