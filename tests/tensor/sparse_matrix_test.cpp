#include "tensor/sparse_matrix.h"

#include "core/rng.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {
/// [[1, 0, 2], [0, 0, 0], [0, 3, 0], [4, 5, 6]]
SparseMatrix sample() {
  return SparseMatrix(std::make_shared<SparsePattern>(4, 3, std::vector<std::int64_t>{0, 2, 2, 3, 6},
                                                      std::vector<std::int32_t>{0, 2, 1, 0, 1, 2}),
                      Tensor(Shape{6}, {1, 2, 3, 4, 5, 6}));
}
}  // namespace

TEST_CASE("sparse pattern: offsets that do not fit rows or values are refused", "[tensor][sparse]") {
  CHECK_THROWS_AS(SparsePattern(-1, 2, {}, {}), ShapeError);
  CHECK_THROWS_AS(SparsePattern(2, 2, {0, 1}, {0}), ShapeError);     // one offset missing
  CHECK_THROWS_AS(SparsePattern(1, 2, {1, 1}, {0}), ShapeError);     // starts at 1
  CHECK_THROWS_AS(SparsePattern(1, 2, {0, 2}, {0}), ShapeError);     // ends behind the values
  CHECK_THROWS_AS(SparsePattern(2, 2, {0, 2, 1}, {0}), ShapeError);  // descends
  CHECK_THROWS_AS(SparsePattern(3, 2, {0, 2, -1, 1}, {0}), ShapeError);
  CHECK_THROWS_AS(SparsePattern(3, 2, {0, 5, 0, 1}, {0}), ShapeError);  // a row overshoots before the next descends
}

TEST_CASE("sparse pattern: a column out of range, out of order or given twice is refused", "[tensor][sparse]") {
  CHECK_THROWS_AS(SparsePattern(1, 2, {0, 1}, {2}), ShapeError);
  CHECK_THROWS_AS(SparsePattern(1, 2, {0, 1}, {-1}), ShapeError);
  CHECK_THROWS_AS(SparsePattern(1, 3, {0, 2}, {2, 1}), ShapeError);
  CHECK_THROWS_AS(SparsePattern(1, 3, {0, 2}, {1, 1}), ShapeError);
  CHECK_NOTHROW(SparsePattern(2, 3, {0, 1, 2}, {2, 0}));  // a new row starts anew
}

TEST_CASE("sparse pattern: no rows, or rows without columns, are fine", "[tensor][sparse]") {
  CHECK(SparsePattern(0, 5, {0}, {}).stored_count() == 0);
  CHECK(SparsePattern(2, 0, {0, 0, 0}, {}).transpose().offsets == std::vector<std::int64_t>{0});
}

TEST_CASE("sparse pattern: the transpose lists each stored place once, by column and then by row", "[tensor][sparse]") {
  const SparseMatrix matrix = sample();
  const SparsePattern::Transpose& transpose = matrix.pattern().transpose();
  const Tensor dense = matrix.to_dense();
  REQUIRE(transpose.offsets.size() == 4);
  Tensor rebuilt({4, 3});
  for (Index column = 0; column < 3; ++column) {
    std::int32_t last = -1;
    for (auto k = transpose.offsets[static_cast<std::size_t>(column)];
         k < transpose.offsets[static_cast<std::size_t>(column) + 1]; ++k) {
      const std::int32_t row = transpose.rows[static_cast<std::size_t>(k)];
      CHECK(row > last);
      last = row;
      rebuilt.at(row, column) = matrix.values().data()[transpose.positions[static_cast<std::size_t>(k)]];
    }
  }
  CHECK(support::same_bits(rebuilt, dense));
  CHECK(&matrix.pattern().transpose() == &transpose);
}

TEST_CASE("sparse matrix: its dense form has the values at their places and zeros elsewhere", "[tensor][sparse]") {
  CHECK(support::same_bits(sample().to_dense(), Tensor({4, 3}, {1, 0, 2, 0, 0, 0, 0, 3, 0, 4, 5, 6})));
}

TEST_CASE("sparse matrix: other values share the pattern, and a wrong number of them is refused", "[tensor][sparse]") {
  const SparseMatrix matrix = sample();
  const SparseMatrix other = matrix.with_values(Tensor(Shape{6}, Real(1)));
  CHECK(&other.pattern() == &matrix.pattern());
  CHECK(other.to_dense().at(3, 2) == 1);
  CHECK_THROWS_AS(matrix.with_values(Tensor(Shape{5})), ShapeError);
}

TEST_CASE("sparse matrix: the identity is one on the diagonal", "[tensor][sparse]") {
  CHECK(support::same_bits(SparseMatrix::identity(2).to_dense(), Tensor({2, 2}, {1, 0, 0, 1})));
  CHECK(SparseMatrix::identity(0).rows() == 0);
  CHECK_FALSE(SparseMatrix().defined());
}

TEST_CASE("sparse matrix: gathered rows are those that are listed, in their order", "[tensor][sparse]") {
  const SparseMatrix rows = gather_rows(sample(), std::vector<NodeId>{3, 1, 0, 3});
  CHECK(support::same_bits(rows.to_dense(), Tensor({4, 3}, {4, 5, 6, 0, 0, 0, 1, 0, 2, 4, 5, 6})));
  CHECK(gather_rows(sample(), {}).rows() == 0);
  CHECK_THROWS_AS(gather_rows(sample(), std::vector<NodeId>{4}), ShapeError);
  CHECK_THROWS_AS(gather_rows(sample(), std::vector<NodeId>{-1}), ShapeError);
}
