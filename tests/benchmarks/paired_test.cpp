#include "benchmarks/paired.h"

#include <cmath>

#include "support/catch.h"

namespace cairn::benchmarks {

TEST_CASE("paired difference: the mean over shared seeds, and two standard errors of it decide", "[benchmarks]") {
  const PairedDifference clear =
      paired_difference({{0, 0.9}, {1, 0.9}, {2, 0.9}, {7, 0.1}}, {{0, 0.8}, {1, 0.7}, {2, 0.6}, {8, 0.9}});
  CHECK(clear.seeds == 3);
  CHECK(clear.mean == Approx(0.2));
  CHECK(clear.standard_error == Approx(0.1 / std::sqrt(3.0)));
  CHECK(clear.beats);
  // Differences 0, 0.2, 0.4: 1.7 standard errors.
  CHECK_FALSE(paired_difference({{0, 0.9}, {1, 0.9}, {2, 0.9}}, {{0, 0.9}, {1, 0.7}, {2, 0.5}}).beats);
  const PairedDifference one = paired_difference(SeedValues{{0, 0.9}}, SeedValues{{0, 0.1}});
  CHECK(std::isnan(one.standard_error));
  CHECK_FALSE(one.beats);
}

}  // namespace cairn::benchmarks
