#include "kernels/heads.h"

#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

/// Heads and their widths: with packs, with packs and a rest, eights, less than a pack.
const std::vector<std::pair<Index, Index>> shapes{{1, 1}, {1, 7}, {3, 5}, {2, 16}, {8, 8}, {16, 8}, {4, 8}, {3, 33}};
constexpr Index row_count = 2100;  // more than two blocks of partial sums
constexpr double terms = 36;       // the widest head, one value to add to, and products that round

}  // namespace

TEST_CASE("head_dot: every shape agrees with sums in double", "[kernels][heads]") {
  at_every_vector_level([] {
    Rng rng(1);
    for (const auto& [heads, width] : shapes) {
      CAPTURE(heads, width);
      const Tensor x = random_tensor({17, heads * width}, rng);
      const Tensor a = random_tensor({heads, width}, rng);
      Sums expected(17, heads);
      for (Index i = 0; i < 17; ++i) {
        for (Index k = 0; k < heads * width; ++k) {
          expected.add(i, k / width, static_cast<double>(x.at(i, k)), static_cast<double>(a.data()[k]));
        }
      }
      REQUIRE(expected.roundings_from(kernels::head_dot(x, a)) <= terms);
    }
  });
}

TEST_CASE("head_dot: both gradients add sums that agree with those in double", "[kernels][heads]") {
  at_every_vector_level([] {
    Rng rng(2);
    for (const auto& [heads, width] : shapes) {
      CAPTURE(heads, width);
      const Tensor x = random_tensor({row_count, heads * width}, rng);
      const Tensor a = random_tensor({heads, width}, rng);
      const Tensor upstream = random_tensor({row_count, heads}, rng);
      Tensor x_gradient = random_tensor(x.shape(), rng);
      Tensor a_gradient = random_tensor(a.shape(), rng);
      Sums of_x(row_count, heads * width);
      Sums of_a(1, heads * width);
      of_x.add(x_gradient);
      of_a.add(a_gradient);
      for (Index i = 0; i < row_count; ++i) {
        for (Index k = 0; k < heads * width; ++k) {
          const auto u = static_cast<double>(upstream.at(i, k / width));
          of_x.add(i, k, u, static_cast<double>(a.data()[k]));
          of_a.add(0, k, u, static_cast<double>(x.at(i, k)));
        }
      }
      kernels::add_head_dot_x_gradient(upstream, a, x_gradient);
      kernels::add_head_dot_a_gradient(upstream, x, a_gradient);
      REQUIRE(of_x.roundings_from(x_gradient) <= terms);
      REQUIRE(of_a.roundings_from(a_gradient) <= static_cast<double>(row_count));
    }
  });
}

TEST_CASE("head_dot: the thread count changes no bit", "[kernels][heads]") {
  Rng rng(3);
  const Tensor x = random_tensor({row_count, 24}, rng);
  const Tensor a = random_tensor({3, 8}, rng);
  const Tensor upstream = random_tensor({row_count, 3}, rng);
  CHECK(same_for_any_thread_count([&] { return kernels::head_dot(x, a); }));
  CHECK(same_for_any_thread_count([&] {
    Tensor sum = x.clone();
    kernels::add_head_dot_x_gradient(upstream, a, sum);
    return sum;
  }));
  CHECK(same_for_any_thread_count([&] {
    Tensor sum = a.clone();
    kernels::add_head_dot_a_gradient(upstream, x, sum);
    return sum;
  }));
}
