#include <cmath>

#include "kernels/dense.h"
#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

TEST_CASE("dropout: value i is decided by draw i, and kept values are scaled", "[kernels][dropout]") {
  at_every_vector_level([] {
    Rng rng(1);
    for (const Index size : {0, 1, 5, 16, 77, 40000}) {
      const Tensor x = random_tensor({size}, rng);
      const std::uint64_t key = rng.bits();
      const Real rate = Real(0.3);
      Tensor y({size}, Real(9));
      kernels::dropout(x, rate, key, y);
      const Real scale = 1 / (1 - rate);
      bool all_as_drawn = true;
      for (Index i = 0; i < size; ++i) {
        const bool dropped = static_cast<double>(draw_bits(key, static_cast<std::uint32_t>(i))) <
                             static_cast<double>(rate) * 4294967296.0;
        all_as_drawn = all_as_drawn && y.data()[i] == (dropped ? Real(0) : x.data()[i] * scale);
      }
      REQUIRE(all_as_drawn);
    }
  });
}

TEST_CASE("dropout: the share of dropped values is the rate", "[kernels][dropout]") {
  const Index size = 1000000;
  const Tensor ones({size}, Real(1));
  for (const Real rate : {Real(0), Real(0.1), Real(0.5), Real(0.9)}) {
    Tensor y({size});
    kernels::dropout(ones, rate, 12345, y);
    const double dropped = static_cast<double>(std::count(y.values().begin(), y.values().end(), Real(0)));
    const double p = static_cast<double>(rate);
    CAPTURE(rate);
    CHECK(std::abs(dropped / static_cast<double>(size) - p) <=
          4 * std::sqrt(p * (1 - p) / static_cast<double>(size)));  // 4 deviations
  }
}

TEST_CASE("dropout: the backward rule applies the mask of the forward pass and adds", "[kernels][dropout]") {
  at_every_vector_level([] {
    Rng rng(2);
    const Tensor x = random_tensor({1234}, rng);
    Tensor forward({1234});
    kernels::dropout(x, Real(0.6), 99, forward);
    Tensor backward({1234}, Real(0));
    kernels::add_dropout(x, Real(0.6), 99, backward);
    REQUIRE(same_bits(forward, backward));
    kernels::add_dropout(x, Real(0.6), 99, backward);
    bool doubled = true;
    for (Index i = 0; i < 1234; ++i) {
      // A fused multiply-add rounds once where two operations round twice.
      doubled = doubled && std::abs(backward.data()[i] - 2 * forward.data()[i]) <=
                               4 * std::numeric_limits<Real>::epsilon() * std::abs(forward.data()[i]);
    }
    REQUIRE(doubled);
  });
}

TEST_CASE("dropout: the result may be written over the input, and another key gives another mask",
          "[kernels][dropout]") {
  Rng rng(3);
  const Tensor x = random_tensor({50, 40}, rng);
  Tensor apart({50, 40});
  kernels::dropout(x, Real(0.5), 7, apart);
  Tensor in_place = x.clone();
  kernels::dropout(in_place, Real(0.5), 7, in_place);
  CHECK(same_bits(apart, in_place));
  Tensor other({50, 40});
  kernels::dropout(x, Real(0.5), 8, other);
  CHECK_FALSE(same_bits(apart, other));
}

TEST_CASE("dropout: the thread count changes no bit", "[kernels][dropout]") {
  Rng rng(4);
  const Tensor x = random_tensor({200000}, rng);
  CHECK(same_for_any_thread_count([&] {
    Tensor y({200000});
    kernels::dropout(x, Real(0.5), 7, y);
    return y;
  }));
}

TEST_CASE("dropout: a rate outside [0, 1) is refused", "[kernels][dropout]") {
  Tensor x({3});
  for (const Real rate : {Real(-0.1), Real(1), std::numeric_limits<Real>::quiet_NaN()}) {
    CHECK_THROWS_AS(kernels::dropout(x, rate, 1, x), UsageError);
  }
  Tensor y({4});
  CHECK_THROWS_WITH(kernels::dropout(x, Real(0.5), 1, y), "dropout: [3] and [4] differ in size");
}
