#include "data/deal.h"

#include <cmath>

#include "support/catch.h"

using namespace cairn;

TEST_CASE("part counts: add up to the rounded total and stay within one of the share", "[data][deal]") {
  Rng rng(4);
  for (Index count = 0; count < 200; ++count) {
    for (const PartRatios& ratios : {PartRatios{0.8, 0.1, 0.1}, PartRatios{0.5, 0.2, 0.1}, PartRatios{1, 0, 0}}) {
      const PartCounts counts = part_counts(count, ratios, rng);
      const double total = ratios[0] + ratios[1] + ratios[2];
      CHECK(std::abs(static_cast<double>(counts[0] + counts[1] + counts[2]) - total * static_cast<double>(count)) <=
            0.5001);
      for (std::size_t p = 0; p < 3; ++p) {
        CHECK(std::abs(static_cast<double>(counts[p]) - ratios[p] * static_cast<double>(count)) < 1);
      }
    }
  }
}
