#include "core/draws.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "core/key_set.h"
#include "support/catch.h"

using namespace cairn;

TEST_CASE("sample: different numbers in order, as many as asked for or all there are", "[core][draws]") {
  Rng rng(1);
  for (const auto& [bound, count] :
       {std::pair{10, 3}, {10, 9}, {10, 10}, {10, 20}, {1, 1}, {0, 5}, {5, 0}, {1000, 300}}) {
    CAPTURE(bound, count);
    const std::vector<std::int64_t> sample = sample_below(bound, count, rng);
    REQUIRE(sample.size() == static_cast<std::size_t>(std::min(bound, count)));
    CHECK(std::adjacent_find(sample.begin(), sample.end(), std::greater_equal<>()) == sample.end());
    if (!sample.empty()) CHECK((sample.front() >= 0 && sample.back() < bound));
  }
}

TEST_CASE("sample: each set of numbers is equally likely", "[core][draws]") {
  Rng rng(2);
  std::map<std::vector<std::int64_t>, int> seen;
  for (int i = 0; i < 20000; ++i) ++seen[sample_below(6, 3, rng)];
  CHECK(seen.size() == 20);
  for (const auto& [set, times] : seen) CHECK(std::abs(times - 1000) < 155);  // 5 deviations of 31
}

TEST_CASE("shuffle: each order is equally likely", "[core][draws]") {
  Rng rng(3);
  std::map<std::vector<int>, int> seen;
  for (int i = 0; i < 24000; ++i) {
    std::vector<int> values{0, 1, 2, 3};
    shuffle(values, rng);
    ++seen[values];
  }
  CHECK(seen.size() == 24);
  for (const auto& [order, times] : seen) CHECK(std::abs(times - 1000) < 155);
}

TEST_CASE("key set: holds what was inserted and nothing else, far beyond what was expected", "[core][draws]") {
  Rng rng(5);
  KeySet keys(3);
  std::set<std::uint64_t> reference;
  for (int i = 0; i < 5000; ++i) {
    const auto key = static_cast<std::uint64_t>(rng.below(4000));
    CHECK(keys.insert(key) == reference.insert(key).second);
  }
  for (std::uint64_t key = 0; key < 5000; ++key) CHECK(keys.contains(key) == (reference.count(key) == 1));
  CHECK(keys.size() == reference.size());
}
