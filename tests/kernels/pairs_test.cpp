#include "kernels/pairs.h"

#include <cmath>
#include <vector>

#include "core/error.h"
#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

struct Ids {
  std::vector<NodeId> first;
  std::vector<NodeId> second;
};

/// With repeated pairs, pairs turned around, pairs (u, u) and nodes in no pair.
Ids random_ids(Index nodes, Index count, Rng& rng) {
  Ids ids;
  for (Index p = 0; p < count; ++p) {
    ids.first.push_back(static_cast<NodeId>(rng.below(nodes - 1)));
    ids.second.push_back(p % 10 == 0 ? ids.first.back() : static_cast<NodeId>(rng.below(nodes - 1)));
  }
  return ids;
}

double of(const Tensor& tensor, Index row, Index column) { return static_cast<double>(tensor.at(row, column)); }

}  // namespace

TEST_CASE("pairs: distances and products of every width agree with sums in double", "[kernels][pairs]") {
  Rng rng(1);
  for (const Index width : many_widths()) {
    CAPTURE(width);
    const Ids ids = random_ids(30, 50, rng);
    const PairList pairs(30, ids.first, ids.second);
    const Tensor z = random_tensor({30, width}, rng);
    Sums l1(1, 50), dot(1, 50), squares(1, 50);
    for (Index p = 0; p < 50; ++p) {
      const NodeId u = ids.first[static_cast<std::size_t>(p)];
      const NodeId v = ids.second[static_cast<std::size_t>(p)];
      for (Index d = 0; d < width; ++d) {
        const double difference = static_cast<double>(z.at(u, d) - z.at(v, d));  // rounded as the kernel rounds it
        l1.add(0, p, std::abs(difference));
        dot.add(0, p, of(z, u, d), of(z, v, d));
        squares.add(0, p, difference, difference);
      }
    }
    const double terms = static_cast<double>(width) / 8 + 6;  // eight sums, added up
    CHECK(l1.roundings_from(kernels::pair_l1(pairs, z)) <= terms);
    CHECK(dot.roundings_from(kernels::pair_dot(pairs, z)) <= terms);
    const Tensor distance = kernels::pair_l2(pairs, z);
    Tensor squared = distance.clone();
    for (Real& value : squared.values()) value *= value;
    CHECK(squares.roundings_from(squared) <= terms + 3);  // a root and a square
  }
}

TEST_CASE("pairs: gradients of every width agree with sums in double, and are added", "[kernels][pairs]") {
  at_every_vector_level([] {
    Rng rng(2);
    for (const Index width : {0, 1, 3, 8, 17, 32, 64, 128}) {
      CAPTURE(width);
      const Ids ids = random_ids(20, 60, rng);
      const PairList pairs(20, ids.first, ids.second);
      Tensor z = random_tensor({20, width}, rng);
      if (width > 0) std::copy_n(z.row(3).begin(), width, z.row(4).begin());  // different nodes in one place
      const Tensor upstream = random_tensor({60}, rng);
      const Tensor before = random_tensor({20, width}, rng);
      const Tensor distances = kernels::pair_l2(pairs, z);
      Sums l1(20, width), dot(20, width), l2(20, width);
      for (Sums* sums : {&l1, &dot, &l2}) sums->add(before);
      for (Index p = 0; p < 60; ++p) {
        const NodeId u = ids.first[static_cast<std::size_t>(p)];
        const NodeId v = ids.second[static_cast<std::size_t>(p)];
        const auto g = static_cast<double>(upstream.data()[p]);
        const auto distance = static_cast<double>(distances.data()[p]);
        for (Index d = 0; d < width; ++d) {
          const double difference = of(z, u, d) - of(z, v, d);
          const double sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
          l1.add(u, d, g * sign);
          l1.add(v, d, -g * sign);
          dot.add(u, d, g, of(z, v, d));
          dot.add(v, d, g, of(z, u, d));
          if (distance == 0) continue;
          l2.add(u, d, g / distance, difference);
          l2.add(v, d, -g / distance, difference);
        }
      }
      constexpr double terms = 30;  // no node is in as many pairs
      Tensor gradient = before.clone();
      kernels::add_pair_l1_gradient(pairs, z, upstream, gradient);
      CHECK(l1.roundings_from(gradient) <= terms);
      gradient = before.clone();
      kernels::add_pair_dot_gradient(pairs, z, upstream, gradient);
      CHECK(dot.roundings_from(gradient) <= terms);
      gradient = before.clone();
      kernels::add_pair_l2_gradient(pairs, z, distances, upstream, gradient);
      // A difference of values is rounded before it is multiplied: worse than a product, yet by their size alone.
      CHECK(l2.roundings_from(gradient) <= 4 * terms);
    }
  });
}

TEST_CASE("pairs: values and gradients have the same bits for any number of threads", "[kernels][pairs]") {
  Rng rng(3);
  const Ids ids = random_ids(5000, 40000, rng);
  const PairList pairs(5000, ids.first, ids.second);
  const Tensor z = random_tensor({5000, 12}, rng);
  const Tensor upstream = random_tensor({40000}, rng);
  CHECK(same_for_any_thread_count([&] { return kernels::pair_l1(pairs, z); }));
  CHECK(same_for_any_thread_count([&] { return kernels::pair_dot(pairs, z); }));
  CHECK(same_for_any_thread_count([&] { return kernels::pair_l2(pairs, z); }));
  const auto gradient_of = [&](auto&& add) {
    return same_for_any_thread_count([&] {
      const PairList own(5000, ids.first, ids.second);  // its incidence is built anew
      Tensor gradient({5000, 12});
      add(own, gradient);
      return gradient;
    });
  };
  CHECK(gradient_of([&](const PairList& p, Tensor& g) { kernels::add_pair_l1_gradient(p, z, upstream, g); }));
  CHECK(gradient_of([&](const PairList& p, Tensor& g) { kernels::add_pair_dot_gradient(p, z, upstream, g); }));
  CHECK(gradient_of(
      [&](const PairList& p, Tensor& g) { kernels::add_pair_l2_gradient(p, z, kernels::pair_l2(p, z), upstream, g); }));
}

TEST_CASE("pairs: every pair is in the lists of its two nodes, in order", "[kernels][pairs]") {
  const PairList pairs(4, std::vector<NodeId>{2, 0, 1}, std::vector<NodeId>{0, 2, 1});
  const PairList::Incidence& incidence = pairs.incidence();
  CHECK(incidence.offsets == std::vector<std::int64_t>{0, 2, 4, 6, 6});
  CHECK(incidence.pairs == std::vector<std::int32_t>{0, 1, 2, 2, 0, 1});
  CHECK(incidence.others == std::vector<NodeId>{2, 2, 1, 1, 0, 0});
}

TEST_CASE("pairs: no pairs and no nodes give empty values", "[kernels][pairs]") {
  const PairList none(0, {}, {});
  CHECK(kernels::pair_l1(none, Tensor({0, 3})).size() == 0);
  Tensor gradient({0, 3});
  CHECK_NOTHROW(kernels::add_pair_l1_gradient(none, Tensor({0, 3}), Tensor(Shape{0}), gradient));
  CHECK_NOTHROW(kernels::add_pair_dot_gradient(none, Tensor({0, 3}), Tensor(Shape{0}), gradient));
}

TEST_CASE("pairs: lists and tensors that do not fit are refused", "[kernels][pairs]") {
  const std::vector<NodeId> one{1};
  CHECK_THROWS_AS(PairList(2, one, {}), ShapeError);
  CHECK_THROWS_AS(PairList(1, one, one), ShapeError);
  CHECK_THROWS_AS(PairList(2, std::vector<NodeId>{-1}, one), ShapeError);
  const PairList pairs(2, one, one);
  Tensor gradient({2, 3});
  const Tensor z({2, 3});
  CHECK_THROWS_AS(kernels::pair_l1(pairs, Tensor({3, 3})), ShapeError);
  CHECK_THROWS_AS(kernels::pair_dot(pairs, Tensor(Shape{2})), ShapeError);
  CHECK_THROWS_AS(kernels::add_pair_l1_gradient(pairs, z, Tensor(Shape{2}), gradient), ShapeError);
  CHECK_THROWS_AS(kernels::add_pair_dot_gradient(pairs, z, Tensor(Shape{2}), gradient), ShapeError);
  Tensor narrow({2, 2});
  CHECK_THROWS_AS(kernels::add_pair_dot_gradient(pairs, z, Tensor(Shape{1}), narrow), ShapeError);
  CHECK_THROWS_AS(kernels::add_pair_l2_gradient(pairs, z, Tensor(Shape{1}), Tensor(Shape{1}), narrow), ShapeError);
}
