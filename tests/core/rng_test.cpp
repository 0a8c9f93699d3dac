#include "core/rng.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "support/catch.h"

using namespace cairn;

TEST_CASE("mix_bits: known answers of SplitMix64 from the state 1234567", "[core][rng]") {
  // Published with the generator: state += golden ratio constant, then the mix.
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;
  CHECK(mix_bits(1234567 + golden) == 6457827717110365317ULL);
  CHECK(mix_bits(1234567 + 2 * golden) == 3203168211198807973ULL);
  CHECK(mix_bits(1234567 + 3 * golden) == 9817491932198370423ULL);
}

TEST_CASE("rng: the same seed draws the same numbers, another seed others", "[core][rng]") {
  Rng a(42);
  Rng b(42);
  Rng c(43);
  int same_as_c = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t draw = a.bits();
    REQUIRE(draw == b.bits());
    same_as_c += draw == c.bits() ? 1 : 0;
  }
  CHECK(same_as_c == 0);  // 1000 chances of 2^-64
}

TEST_CASE("rng: its numbers are those of its definition, on every machine", "[core][rng]") {
  // Worked out with integers of any size in another language; results that people published depend on them.
  Rng rng(0);
  CHECK(rng.bits() == 12035550249420947055ULL);
  CHECK(rng.bits() == 12935080325729570654ULL);
  CHECK(rng.bits() == 7141179953334974231ULL);
  CHECK(Rng(0).split("anchors").key() == 9529373592576489080ULL);
  CHECK(Rng(0).split("anchors").bits() == 7359861811957024816ULL);
  CHECK(Rng(0).split(3).key() == 8857564815614722297ULL);
  CHECK(draw_bits(0x0123456789abcdefULL, 0) == 3995288668U);
  CHECK(draw_bits(0x0123456789abcdefULL, 7) == 3751460347U);
}

TEST_CASE("rng: a stream does not depend on what was drawn before it was split off", "[core][rng]") {
  Rng fresh(7);
  Rng used(7);
  for (int i = 0; i < 10; ++i) used.bits();
  Rng a = fresh.split("anchors");
  Rng b = used.split("anchors");
  CHECK(a.bits() == b.bits());
  CHECK(fresh.split(3).key() == used.split(3).key());
}

TEST_CASE("rng: splitting a stream off draws nothing", "[core][rng]") {
  Rng plain(7);
  Rng split(7);
  (void)split.split("dropout");
  CHECK(plain.bits() == split.bits());
}

TEST_CASE("rng: streams of different names and numbers are different", "[core][rng]") {
  const Rng rng(7);
  std::set<std::uint64_t> keys{rng.key(), rng.split("a").key(), rng.split("b").key(), rng.split("").key()};
  for (std::uint64_t i = 0; i < 1000; ++i) keys.insert(rng.split(i).key());
  CHECK(keys.size() == 1004);
}

TEST_CASE("rng: uniform draws lie in [0, 1) and have the moments of the uniform distribution", "[core][rng]") {
  Rng rng(1);
  constexpr int count = 200000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < count; ++i) {
    const Real value = rng.uniform();
    REQUIRE((value >= 0 && value < 1));
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  CHECK(std::abs(sum / count - 0.5) < 0.0033);          // 5 standard errors of 0.289 / sqrt(count)
  CHECK(std::abs(squares / count - 1.0 / 3) < 0.0034);  // 5 standard errors of 0.298 / sqrt(count)
}

TEST_CASE("rng: normal draws have mean 0, variance 1 and no skew", "[core][rng]") {
  Rng rng(2);
  constexpr int count = 200000;
  double sum = 0;
  double squares = 0;
  double cubes = 0;
  for (int i = 0; i < count; ++i) {
    const auto value = static_cast<double>(rng.normal());
    sum += value;
    squares += value * value;
    cubes += value * value * value;
  }
  CHECK(std::abs(sum / count) < 0.0112);          // 5 / sqrt(count)
  CHECK(std::abs(squares / count - 1) < 0.0159);  // 5 sqrt(2 / count)
  CHECK(std::abs(cubes / count) < 0.0434);        // 5 sqrt(15 / count)
}

TEST_CASE("rng: below() hits each of 7 numbers as often as the others and nothing else", "[core][rng]") {
  Rng rng(3);
  constexpr Index count = 70000;
  std::vector<Index> hits(7, 0);
  for (Index i = 0; i < count; ++i) {
    const Index draw = rng.below(7);
    REQUIRE((draw >= 0 && draw < 7));
    ++hits[static_cast<std::size_t>(draw)];
  }
  // A hit count has mean 10000 and standard deviation sqrt(10000 * 6 / 7) = 93; 5 of them.
  for (const Index hit : hits) CHECK(std::abs(hit - 10000) < 465);
  CHECK(rng.below(1) == 0);
}

TEST_CASE("rng: below() has no bias for a bound that does not divide 2^64", "[core][rng]") {
  // The plain remainder by 3 * 2^61 would fall into the lowest third with probability 3 / 8: 11250 draws, not 10000.
  Rng rng(4);
  constexpr Index bound = Index{3} << 61;
  constexpr int count = 30000;
  int low = 0;
  for (int i = 0; i < count; ++i) low += rng.below(bound) < bound / 3 ? 1 : 0;
  CHECK(std::abs(low - count / 3) < 410);  // 5 sqrt(count * 2 / 9)
}

TEST_CASE("draw_bits: every output bit is set in half of the draws, for neighboring keys as well", "[core][rng]") {
  constexpr std::uint32_t count = 20000;
  for (const std::uint64_t key : {0ULL, 1ULL, 0xfeedULL << 32}) {
    std::vector<int> set(32, 0);
    int agree = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t draw = draw_bits(key, i);
      for (std::size_t bit = 0; bit < 32; ++bit) set[bit] += (draw >> bit) & 1U ? 1 : 0;
      agree += (draw & 1U) == (draw_bits(key + 1, i) & 1U) ? 1 : 0;
    }
    for (const int hits : set) CHECK(std::abs(hits - 10000) < 354);  // 5 sqrt(count) / 2
    CHECK(std::abs(agree - 10000) < 354);
  }
}
