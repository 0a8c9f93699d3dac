#include "kernels/dense.h"

#include <array>
#include <vector>

#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

Sums product(const Tensor& a, const Tensor& b, bool transpose_a, bool transpose_b) {
  const Index rows = transpose_a ? a.columns() : a.rows();
  const Index inner = transpose_a ? a.rows() : a.columns();
  const Index columns = transpose_b ? b.rows() : b.columns();
  Sums sums(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index k = 0; k < inner; ++k) {
      for (Index j = 0; j < columns; ++j) {
        sums.add(i, j, static_cast<double>(transpose_a ? a.at(k, i) : a.at(i, k)),
                 static_cast<double>(transpose_b ? b.at(j, k) : b.at(k, j)));
      }
    }
  }
  return sums;
}

void check_products(Index rows, Index inner, Index width, Rng& rng) {
  CAPTURE(rows, inner, width);
  const Tensor a = random_tensor({rows, inner}, rng);
  const Tensor b = random_tensor({inner, width}, rng);
  Sums expected_product = product(a, b, false, false);
  REQUIRE(expected_product.roundings_from(kernels::matmul(a, b)) <= static_cast<double>(inner + 1));
  const Tensor row = random_tensor({width}, rng);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < width; ++j) expected_product.add(i, j, 1, static_cast<double>(row.data()[j]));
  }
  REQUIRE(expected_product.roundings_from(kernels::linear(a, b, row)) <= static_cast<double>(inner + 2));

  Tensor above_zero = kernels::linear(a, b, row);
  for (Real& value : above_zero.values()) value = std::max(value, Real(0));
  REQUIRE(same_bits(kernels::linear(a, b, row, kernels::Rectified::yes), above_zero));

  const Tensor turned = random_tensor({width, inner}, rng);
  Tensor c = random_tensor({rows, width}, rng);
  Sums expected = product(a, turned, false, true);
  expected.add(c);
  kernels::add_matmul_bt(a, turned, c);
  REQUIRE(expected.roundings_from(c) <= static_cast<double>(inner + 2));

  const Tensor u = random_tensor({rows, width}, rng);
  Tensor gradient = random_tensor({inner, width}, rng);
  Sums expected_gradient = product(a, u, true, false);
  expected_gradient.add(gradient);
  kernels::add_matmul_at(a, u, gradient);
  REQUIRE(expected_gradient.roundings_from(gradient) <= static_cast<double>(rows + 2));
}

}  // namespace

TEST_CASE("matmul and its gradients: every width agrees with sums in double", "[kernels][dense]") {
  at_every_vector_level([] {
    Rng rng(1);
    for (const Index width : many_widths()) check_products(19, 11, width, rng);
  });
}

TEST_CASE("matmul and its gradients: every extent from 0 to 17 agrees with sums in double", "[kernels][dense]") {
  at_every_vector_level([] {
    Rng rng(2);
    for (Index extent = 0; extent <= 17; ++extent) {
      check_products(extent, 5, 7, rng);
      check_products(13, extent, 6, rng);
      check_products(extent, extent, extent, rng);
    }
  });
}

TEST_CASE("matmul and its gradients: many blocks of rows agree with sums in double", "[kernels][dense]") {
  Rng rng(3);
  check_products(2500, 40, 9, rng);
  check_products(1300, 12, 65, rng);
  check_products(1300, 300, 130, rng);  // a sum of a^T b that no near cache holds
  check_products(1300, 12, 260, rng);   // wider than our own kernel goes
}

TEST_CASE("matmul and its gradients: the thread count changes no bit", "[kernels][dense]") {
  Rng rng(4);
  for (const Index width : {16, 70, 260}) {
    CAPTURE(width);
    const Tensor a = random_tensor({5000, 33}, rng);
    const Tensor b = random_tensor({33, width}, rng);
    const Tensor turned = random_tensor({width, 33}, rng);
    const Tensor u = random_tensor({5000, width}, rng);
    CHECK(same_for_any_thread_count([&] { return kernels::matmul(a, b); }));
    CHECK(same_for_any_thread_count([&] {
      Tensor c({5000, width}, Real(1));
      kernels::add_matmul_bt(a, turned, c);
      return c;
    }));
    CHECK(same_for_any_thread_count([&] {
      Tensor c({33, width}, Real(1));
      kernels::add_matmul_at(a, u, c);
      return c;
    }));
  }
}

TEST_CASE("add_product_gradients: both have the bits that each alone has", "[kernels][dense]") {
  Rng rng(6);
  for (const auto& [rows, inner, width] : std::vector<std::array<Index, 3>>{
           {0, 3, 2}, {5, 0, 3}, {5, 3, 0}, {1, 1, 1}, {700, 9, 33}, {1500, 128, 128}, {600, 300, 8}, {600, 8, 300}}) {
    CAPTURE(rows, inner, width);
    const Tensor a = random_tensor({rows, inner}, rng);
    const Tensor b = random_tensor({inner, width}, rng);
    const Tensor upstream = random_tensor({rows, width}, rng);
    for (const kernels::Store store : {kernels::Store::write, kernels::Store::add}) {
      const Tensor start = random_tensor({rows, inner}, rng);
      Tensor expected = start.clone();
      Tensor of_b({inner, width}, 1);
      kernels::add_matmul_bt(upstream, b, expected, store);
      kernels::add_matmul_at(a, upstream, of_b);
      Tensor found = start.clone();
      Tensor found_of_b({inner, width}, 1);
      kernels::add_product_gradients(a, b, upstream, found, store, found_of_b);
      REQUIRE(same_bits(found, expected));
      REQUIRE(same_bits(found_of_b, of_b));
    }
  }
  Tensor square = random_tensor({40, 40}, rng);  // where one matrix is both factors, both gradients are one
  Tensor expected = square.clone();
  kernels::add_matmul_bt(square, square, expected);
  kernels::add_matmul_at(square, square, expected);
  Tensor found = square.clone();
  kernels::add_product_gradients(square, square, square, found, kernels::Store::add, found);
  CHECK(same_bits(found, expected));
}

TEST_CASE("matmul, linear: extents that differ are named", "[kernels][dense]") {
  CHECK_THROWS_WITH(kernels::matmul(Tensor({2708, 1433}), Tensor({16, 7})),
                    "matmul: [2708, 1433] x [16, 7]: inner extents 1433 and 16 differ");
  CHECK_THROWS_WITH(kernels::linear(Tensor({5, 4}), Tensor({4, 3}), Tensor({2})), "linear: [2] does not fit [4, 3]");
  Tensor c({2, 3});
  CHECK_THROWS_WITH(kernels::add_matmul_bt(Tensor({2, 4}), Tensor({3, 5}), c),
                    "add_matmul_bt: [2, 4], [3, 5] and [2, 3] do not fit");
  CHECK_THROWS_AS(kernels::add_matmul_at(Tensor({2, 4}), Tensor({3, 5}), c), ShapeError);
}

TEST_CASE("matmul of a sparse matrix: agrees with its dense form, as does the transposed product",
          "[kernels][sparse]") {
  at_every_vector_level([] {
    Rng rng(5);
    const SparseMatrix a = random_sparse(31, 22, 5, rng);
    const Tensor dense = a.to_dense();
    for (const Index width : many_widths()) {
      CAPTURE(width);
      const Tensor b = random_tensor({22, width}, rng);
      REQUIRE(product(dense, b, false, false).roundings_from(kernels::matmul(a, b)) <= 23);
      const Tensor u = random_tensor({31, width}, rng);
      Tensor c = random_tensor({22, width}, rng);
      Sums expected = product(dense, u, true, false);
      expected.add(c);
      kernels::add_matmul_at(a, u, c);
      REQUIRE(expected.roundings_from(c) <= 33);
    }
  });
}

TEST_CASE("matmul of a sparse matrix: many blocks of rows agree with sums in double", "[kernels][sparse]") {
  Rng rng(7);
  const SparseMatrix a = random_sparse(3000, 2500, 12, rng);
  const Tensor b = random_tensor({2500, 9}, rng);
  const Tensor u = random_tensor({3000, 9}, rng);
  Sums product_sums(3000, 9);
  Sums gradient_sums(2500, 9);
  for (Index i = 0; i < 3000; ++i) {
    for (auto k = a.pattern().offsets()[static_cast<std::size_t>(i)];
         k < a.pattern().offsets()[static_cast<std::size_t>(i) + 1]; ++k) {
      const Index column = a.pattern().columns()[static_cast<std::size_t>(k)];
      for (Index j = 0; j < 9; ++j) {
        product_sums.add(i, j, static_cast<double>(a.values().data()[k]), static_cast<double>(b.at(column, j)));
        gradient_sums.add(column, j, static_cast<double>(a.values().data()[k]), static_cast<double>(u.at(i, j)));
      }
    }
  }
  CHECK(product_sums.roundings_from(kernels::matmul(a, b)) <= 26);
  Tensor gradient({2500, 9});
  kernels::add_matmul_at(a, u, gradient);
  CHECK(gradient_sums.roundings_from(gradient) <= 50);  // a column holds some 10 values, none 49
}

TEST_CASE("matmul of a sparse matrix: the thread count changes no bit", "[kernels][sparse]") {
  Rng rng(6);
  const SparseMatrix a = random_sparse(4000, 900, 12, rng);
  const Tensor b = random_tensor({900, 16}, rng);
  const Tensor u = random_tensor({4000, 16}, rng);
  CHECK(same_for_any_thread_count([&] { return kernels::matmul(a, b); }));
  CHECK(same_for_any_thread_count([&] {
    Tensor c({900, 16});
    kernels::add_matmul_at(a, u, c);
    return c;
  }));
}

TEST_CASE("matmul of a sparse matrix: extents that do not fit are named", "[kernels][sparse]") {
  const SparseMatrix identity = SparseMatrix::identity(3);
  CHECK_THROWS_WITH(kernels::matmul(identity, Tensor({4, 2})),
                    "matmul: sparse [3, 3] x [4, 2]: inner extents 3 and 4 differ");
  Tensor c({3, 3});
  CHECK_THROWS_AS(kernels::add_matmul_at(identity, Tensor({3, 2}), c), ShapeError);
}
