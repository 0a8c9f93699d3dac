#include "kernels/row_strips.h"

#include <algorithm>
#include <vector>

#include "core/rng.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using namespace cairn::kernels;

namespace {

constexpr Index row_count = 70000;
constexpr Index picks_a_row = 9;
constexpr Index cache_bytes = Index{32} << 20;

/// Picks whose rows `row` draws, with random weights.
struct Picks {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> ids;
  std::vector<Real> weights;

  template <class Row>
  explicit Picks(const Row& row) {
    Rng rng(7);
    for (Index r = 0; r <= row_count; ++r) offsets.push_back(r * picks_a_row);
    for (Index k = 0; k < row_count * picks_a_row; ++k) {
      ids.push_back(static_cast<std::int32_t>(row(k, rng)));
      weights.push_back(rng.normal());
    }
  }
  RowPicks view() const { return {.offsets = offsets, .ids = ids, .weights = weights.data()}; }
};

Index anywhere(Index, Rng& rng) { return rng.below(row_count); }

/// Sums over 16 columns of x, for which strips are no question.
Tensor narrow_sums(const RowPicks& picks, const Tensor& x, const Tensor& y, Index first, Index columns, Store store) {
  Tensor part = Tensor::uninitialized(Shape{x.rows(), columns});
  Tensor sums = Tensor::uninitialized(Shape{y.rows(), columns});
  for (Index r = 0; r < x.rows(); ++r) std::copy_n(x.row(r).data() + first, columns, part.row(r).data());
  for (Index r = 0; r < y.rows(); ++r) std::copy_n(y.row(r).data() + first, columns, sums.row(r).data());
  row_sums(picks, source_rows(part), result_rows(sums, store));
  return sums;
}

}  // namespace

TEST_CASE("row sums: by strips of columns they have the bits of each column alone", "[kernels][rows]") {
  const Picks picks(anywhere);
  Rng rng(3);
  const Index width = 8 * strip_columns + 3;  // the last strip is narrow, and rows do not start where vectors may
  const Tensor x = support::random_tensor({row_count, width}, rng);
  REQUIRE(pays_in_strips(picks.view(), source_rows(x), cache_bytes));
  for (const Store store : {Store::write, Store::add}) {
    const Tensor before(Shape{row_count, width}, 1);
    Tensor y = before.clone();
    row_sums(picks.view(), source_rows(x), result_rows(y, store), cache_bytes);
    Index differing = 0;
    for (Index first = 0; first < width; first += 16) {
      const Index columns = std::min<Index>(16, width - first);
      const Tensor expected = narrow_sums(picks.view(), x, before, first, columns, store);
      for (Index r = 0; r < row_count; ++r) {
        const Real* const found = y.row(r).data() + first;
        differing += std::equal(found, found + columns, expected.row(r).data()) ? 0 : 1;
      }
    }
    CHECK(differing == 0);
  }
  const Tensor row = support::random_tensor({width}, rng);
  Tensor added = Tensor::uninitialized(Shape{row_count, width});
  for (Index r = 0; r < row_count; ++r) std::copy_n(row.data(), width, added.row(r).data());
  row_sums(picks.view(), source_rows(x), result_rows(added, Store::add), cache_bytes);
  Tensor written = Tensor::uninitialized(Shape{row_count, width});
  row_sums(picks.view(), source_rows(x), {written.data(), width, Store::write, row.data()}, cache_bytes);
  CHECK(support::same_bits(written, added));
}

TEST_CASE("row sums: past the caches they have the bits of each column alone, for any threads", "[kernels][rows]") {
  const Picks picks([](Index, Rng& rng) { return rng.below(1000); });
  Rng rng(3);
  const Tensor x = support::random_tensor({row_count, 64}, rng);  // results of more than 16 MiB, of whole vectors
  REQUIRE_FALSE(pays_in_strips(picks.view(), source_rows(x), cache_bytes));
  const auto sums = [&](int threads) {
    const support::Threads scope(threads);
    Tensor y = Tensor::uninitialized(Shape{row_count, 64});
    row_sums(picks.view(), source_rows(x), result_rows(y));
    return y;
  };
  const Tensor found = sums(3);
  CHECK(support::same_bits(found, sums(1)));
  const Tensor expected = narrow_sums(picks.view(), x, found, 16, 16, Store::write);
  Index differing = 0;
  for (Index r = 0; r < row_count; ++r) {
    differing += std::equal(expected.row(r).begin(), expected.row(r).end(), found.row(r).data() + 16) ? 0 : 1;
  }
  CHECK(differing == 0);
}

TEST_CASE("row sums: strips are for wide rows picked at random alone", "[kernels][rows]") {
  const Picks random(anywhere);
  const Picks hubs([](Index, Rng& rng) { return rng.below(5) > 0 ? rng.below(2000) : rng.below(row_count); });
  const Picks neighbors([](Index k, Rng& rng) { return std::min(k / picks_a_row + rng.below(300), row_count - 1); });
  const Index wide = 8 * strip_columns;
  const Tensor x({row_count, wide});
  CHECK(pays_in_strips(random.view(), source_rows(x), cache_bytes));
  CHECK_FALSE(pays_in_strips(hubs.view(), source_rows(x), cache_bytes));
  CHECK_FALSE(pays_in_strips(neighbors.view(), source_rows(x), cache_bytes));
  CHECK_FALSE(
      pays_in_strips(random.view(), {x.data(), row_count, 2 * strip_columns}, cache_bytes));  // a cache holds these
  CHECK_FALSE(pays_in_strips(random.view(), {x.data(), 16 * row_count, wide}, cache_bytes));  // no cache holds a strip
  CHECK_FALSE(pays_in_strips(random.view(), source_rows(x), 4 * cache_bytes));  // a larger cache holds the table itself
  const SourceRows very_wide{x.data(), row_count, 64 * strip_columns};
  CHECK(pays_in_strips(random.view(), very_wide, 3 * cache_bytes));
  CHECK_FALSE(pays_in_strips(random.view(), very_wide, 6 * cache_bytes));  // no faster than memory
  RowPicks by_heads = random.view();
  by_heads.heads = 2;
  CHECK_FALSE(pays_in_strips(by_heads, source_rows(x), cache_bytes));
  RowPicks elsewhere = random.view();
  elsewhere.positions = random.ids.data();
  CHECK_FALSE(pays_in_strips(elsewhere, source_rows(x), cache_bytes));
}
