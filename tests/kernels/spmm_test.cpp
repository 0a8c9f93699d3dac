#include "kernels/propagation.h"

#include <limits>

#include "kernels/elementwise.h"
#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

constexpr double terms = 24;  // the longest row has fewer arcs, and one value to add to

}  // namespace

TEST_CASE("propagate: every width agrees with sums in double", "[kernels][spmm]") {
  at_every_vector_level([] {
    Rng rng(1);
    for (const bool weighted : {false, true}) {
      const Propagation propagation = random_propagation(17, 23, 6, weighted, rng);
      for (const Index width : many_widths()) {
        CAPTURE(width, weighted);
        const Tensor x = random_tensor({17, width}, rng);
        Tensor y = random_tensor({23, width}, rng);
        Sums expected(23, width);
        for_arcs(propagation, [&](Index v, Index u, double weight, EdgeId) {
          for (Index j = 0; j < width; ++j) expected.add(v, j, weight, static_cast<double>(x.at(u, j)));
        });
        REQUIRE(expected.roundings_from(kernels::propagate(propagation, x)) <= terms);
        expected.add(y);
        kernels::add_propagated(propagation, x, y);
        REQUIRE(expected.roundings_from(y) <= terms);
        const Tensor row = random_tensor({width}, rng);
        Tensor from_row({23, width});
        kernels::add_row(from_row, row, from_row);
        kernels::add_propagated(propagation, x, from_row);
        REQUIRE(same_bits(kernels::propagate(propagation, x, row), from_row));
        for (Real& value : from_row.values()) value = std::max(value, Real(0));
        REQUIRE(same_bits(kernels::propagate(propagation, x, row, kernels::Rectified::yes), from_row));
      }
    }
  });
}

TEST_CASE("add_propagated_back: adds the product with the transposed matrix", "[kernels][spmm]") {
  at_every_vector_level([] {
    Rng rng(2);
    for (const bool weighted : {false, true}) {
      const Propagation propagation = random_propagation(17, 23, 6, weighted, rng);
      for (const Index width : {1, 3, 7, 16, 33, 64}) {
        CAPTURE(width, weighted);
        const Tensor y = random_tensor({23, width}, rng);
        Tensor x = random_tensor({17, width}, rng);
        Sums expected(17, width);
        expected.add(x);
        for_arcs(propagation, [&](Index v, Index u, double weight, EdgeId) {
          for (Index j = 0; j < width; ++j) expected.add(u, j, weight, static_cast<double>(y.at(v, j)));
        });
        kernels::add_propagated_back(propagation, y, x);
        REQUIRE(expected.roundings_from(x) <= terms);
      }
    }
  });
}

TEST_CASE("propagate: many blocks of rows agree with sums in double", "[kernels][spmm]") {
  Rng rng(4);
  for (const bool weighted : {false, true}) {
    const Propagation propagation = random_propagation(3000, 4000, 9, weighted, rng);
    const Tensor x = random_tensor({3000, 12}, rng);
    Sums expected(4000, 12);
    for_arcs(propagation, [&](Index v, Index u, double weight, EdgeId) {
      for (Index j = 0; j < 12; ++j) expected.add(v, j, weight, static_cast<double>(x.at(u, j)));
    });
    CHECK(expected.roundings_from(kernels::propagate(propagation, x)) <= terms);
  }
}

TEST_CASE("propagate: rows of many sources are summed as those of few", "[kernels][spmm]") {
  // Sources beyond a cache are asked for ahead of time, in code of its own.
  at_every_vector_level([] {
    Rng rng(5);
    constexpr Index few = 300;
    constexpr Index many = 1 << 17;
    const Propagation near = random_propagation(few, 400, 9, true, rng);
    const Propagation far(many, 400, {near.offsets().begin(), near.offsets().end()},
                          {near.sources().begin(), near.sources().end()},
                          {near.weights().begin(), near.weights().end()});
    for (const Index width : {1, 5, 8, 12, 16, 20}) {
      CAPTURE(width);
      const Tensor x = random_tensor({few, width}, rng);
      Tensor wide({many, width});
      std::copy(x.values().begin(), x.values().end(), wide.data());
      REQUIRE(same_bits(kernels::propagate(near, x), kernels::propagate(far, wide)));
    }
  });
}

TEST_CASE("propagate: targets without arcs receive 0 and no targets give no rows", "[kernels][spmm]") {
  const Tensor x({3, 5}, Real(1));
  const Tensor y = kernels::propagate(Propagation(3, 2, {0, 0, 0}, {}, {}), x);
  CHECK(y.shape() == Shape{2, 5});
  CHECK(same_bits(y, Tensor({2, 5})));
  CHECK(kernels::propagate(Propagation(3, 0, {0}, {}, {}), x).shape() == Shape{0, 5});
  CHECK(kernels::propagate(Propagation(), Tensor({0, 4})).shape() == Shape{0, 4});
}

TEST_CASE("propagate: the thread count changes no bit", "[kernels][spmm]") {
  Rng rng(3);
  const Propagation propagation = random_propagation(3000, 4000, 9, true, rng);
  const Tensor x = random_tensor({3000, 20}, rng);
  const Tensor y = random_tensor({4000, 20}, rng);
  CHECK(same_for_any_thread_count([&] { return kernels::propagate(propagation, x); }));
  CHECK(same_for_any_thread_count([&] {
    Tensor sum = x.clone();
    kernels::add_propagated_back(propagation, y, sum);
    return sum;
  }));
}

TEST_CASE("propagate: shapes that do not fit are named", "[kernels][spmm]") {
  const Propagation propagation(3, 2, {0, 1, 2}, {0, 2}, {});
  CHECK_THROWS_WITH(kernels::propagate(propagation, Tensor({4, 5})),
                    "propagate: 3 sources and 2 targets do not fit [4, 5] and [2, 5]");
  Tensor narrow({2, 4});
  CHECK_THROWS_AS(kernels::add_propagated(propagation, Tensor({3, 5}), narrow), ShapeError);
  Tensor sources({3, 4});
  CHECK_THROWS_AS(kernels::add_propagated_back(propagation, Tensor({3, 4}), sources), ShapeError);
}

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
