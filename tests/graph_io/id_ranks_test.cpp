#include "graph_io/id_ranks.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "core/rng.h"
#include "support/catch.h"

using namespace cairn;

namespace {

/// Ranks by a sorted set: the reference.
void check_ranks(const std::vector<std::int64_t>& wide, const std::vector<std::int32_t>& narrow) {
  const std::vector<IdColumn> columns{std::span(wide), std::span(narrow)};
  const IdRanks ranks(columns);
  std::set<std::int64_t> sorted(wide.begin(), wide.end());
  sorted.insert(narrow.begin(), narrow.end());
  REQUIRE(ranks.size() == static_cast<Index>(sorted.size()));
  const IdMap ids = ranks.to_id_map();
  NodeId rank = 0;
  bool right = true;
  for (const std::int64_t id : sorted) {
    right = right && ranks.rank(id) == rank && ids.find(id) == rank;
    if (id < std::numeric_limits<std::int64_t>::max() && sorted.count(id + 1) == 0)
      right = right && ranks.rank(id + 1) == -1;
    if (id > std::numeric_limits<std::int64_t>::min() && sorted.count(id - 1) == 0)
      right = right && ranks.rank(id - 1) == -1;
    ++rank;
  }
  CHECK(right);
}

}  // namespace

TEST_CASE("id ranks: ascending order for dense, spread and wild integers alike", "[graph_io]") {
  check_ranks({}, {});
  check_ranks({0}, {});
  check_ranks({5}, {-5});
  check_ranks({0, 1, 2, 1}, {3});
  check_ranks({1'000'000'000'000}, {0});
  check_ranks({std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}, {0});
  Rng rng(3);
  for (const std::int64_t range : {std::int64_t{1000}, std::int64_t{300'000}, std::int64_t{1} << 40}) {
    std::vector<std::int64_t> wide;
    for (int i = 0; i < 20'000; ++i) wide.push_back(rng.below(range) - range / 3);
    check_ranks(wide, {-7, 0, 7});
  }
}

TEST_CASE("id ranks: 0 .. N - 1 are their own ranks and cost nothing", "[graph_io]") {
  const std::vector<std::int32_t> ids{2, 0, 1, 1};
  const std::vector<IdColumn> columns{std::span(ids)};
  const IdRanks ranks(columns);
  CHECK(ranks.identity());
  CHECK(ranks.to_id_map().is_range());
  CHECK(ranks.rank(3) == -1);
  CHECK(ranks.rank(-1) == -1);
}
