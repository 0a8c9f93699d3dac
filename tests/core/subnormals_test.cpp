#include "core/subnormals.h"

#include <limits>
#include <vector>

#include "core/parallel.h"
#include "support/catch.h"
#include "support/threads.h"

using namespace cairn;

namespace {

constexpr Index blocks = 64;

/// Half of the least normal number, worked out in each block of a loop.
std::vector<Real> halves_of_the_least() {
  std::vector<Real> halves(blocks);
  volatile Real least = std::numeric_limits<Real>::min();
  parallel_blocks(blocks, 1, [&](Index begin, Index) {
    for (int i = 0; i < 10'000; ++i) halves[static_cast<std::size_t>(begin)] = least * Real(0.5);
  });
  return halves;
}

}  // namespace

#if defined(__x86_64__)
TEST_CASE("subnormals: blocks of a loop flush them where the thread that began it does, on any thread", "[core]") {
  const support::Threads scope(3);
  const std::vector<Real> kept = halves_of_the_least();
  CHECK(kept == std::vector<Real>(blocks, std::numeric_limits<Real>::min() / 2));
  {
    const FlushSubnormals flush;
    CHECK(flushes_subnormals());
    CHECK(halves_of_the_least() == std::vector<Real>(blocks, Real(0)));
    {
      const FlushSubnormals keep(false);
      CHECK(halves_of_the_least() == kept);
    }
    CHECK(flushes_subnormals());
  }
  CHECK_FALSE(flushes_subnormals());
  CHECK(halves_of_the_least() == kept);
}
#endif
