#include "kernels/attention.h"

#include "kernels/attention_case.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

TEST_CASE("attend: every number and width of heads agrees with the formula in double", "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(1);
    for (const Index heads : {1, 2, 3, 4, 5, 8, 11, 12, 16, 24}) {
      for (const Index width : {0, 1, 3, 4, 5, 7, 8, 9, 13, 16, 19, 33}) {
        for (const Real rate : {Real(0), Real(0.6)}) {
          CAPTURE(heads, width, rate);
          const AttentionCase c = random_attention(12, 15, heads, width, rate, rng);
          const ExpectedAttention expected = attend_in_double(c);
          kernels::AttentionTables tables;
          const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
          // Scores below 8 are rounded to 4 epsilon, which exp() hands on; then some ten sums, weights times 2.5.
          REQUIRE(largest_difference(tables.weights, expected.alpha) <= 16 * epsilon);
          REQUIRE(largest_difference(y, expected.y) <= 400 * epsilon);
        }
      }
    }
  });
}

TEST_CASE("attend: many blocks of targets agree with the formula in double", "[kernels][attention]") {
  Rng rng(9);
  AttentionCase c = random_attention(2000, 3000, 8, 8, Real(0.6), rng);
  const ExpectedAttention expected = attend_in_double(c);
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  CHECK(largest_difference(tables.weights, expected.alpha) <= 16 * epsilon);
  CHECK(largest_difference(y, expected.y) <= 400 * epsilon);
  CHECK(same_bits(y, kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options)));

  // Sums of some ten products of size 10 and weights times 2.5.
  const Tensor upstream = random_tensor(y.shape(), rng);
  const ExpectedAttentionGradients right = gradients_in_double(c, upstream);
  for (const Index most : both_ways) {
    c.options.most_table_values = most;
    const AttentionGradients g = gradients_of(c, tables, upstream);
    CHECK(largest_difference(g.x, right.x) <= 1000 * epsilon);
    CHECK(largest_difference(g.source_score, right.source_score) <= 2000 * epsilon);
    CHECK(largest_difference(g.target_score, right.target_score) <= 2000 * epsilon);
  }
}

TEST_CASE("attend: thousands of arcs into one target, and out of one source, agree with the formula in double",
          "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(10);
    constexpr Index nodes = 3000;
    std::vector<EdgeId> offsets{0};
    std::vector<NodeId> sources;
    for (NodeId v = 0; v < nodes; ++v) {  // the first hears all, all hear the first
      if (v == 0) {
        for (NodeId u = 0; u < nodes; ++u) sources.push_back(u);
      } else {
        sources.push_back(0);
        sources.push_back(v);
      }
      offsets.push_back(static_cast<EdgeId>(sources.size()));
    }
    AttentionCase c = random_attention(1, 1, 8, 16, 0, rng);
    c.propagation = Propagation(nodes, nodes, std::move(offsets), std::move(sources), {});
    c.x = random_tensor({nodes, 128}, rng);
    c.source_score = random_tensor({nodes, 8}, rng);
    c.target_score = random_tensor({nodes, 8}, rng);
    kernels::AttentionTables tables;
    const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
    CHECK(largest_difference(y, attend_in_double(c).y) <= 400 * epsilon);
    const Tensor upstream = random_tensor(y.shape(), rng);
    const ExpectedAttentionGradients right = gradients_in_double(c, upstream);
    for (const Index most : both_ways) {
      c.options.most_table_values = most;
      const AttentionGradients g = gradients_of(c, tables, upstream);
      // Sums of 3,000 terms of size 1: rounding grows like their root times the size of the sum, some 50.
      CHECK(largest_difference(g.x, right.x) <= 4000 * epsilon);
      CHECK(largest_difference(g.source_score, right.source_score) <= 20000 * epsilon);
      CHECK(largest_difference(g.target_score, right.target_score) <= 20000 * epsilon);
    }
  });
}

TEST_CASE("attend: weights into a target sum to 1, and a target without arcs receives 0", "[kernels][attention]") {
  Rng rng(2);
  const AttentionCase c = random_attention(30, 40, 3, 6, 0, rng);
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  const Tensor alpha = tables.weights;
  for (Index v = 0; v < 40; ++v) {
    const EdgeId begin = c.propagation.offsets()[static_cast<std::size_t>(v)];
    const EdgeId end = c.propagation.offsets()[static_cast<std::size_t>(v) + 1];
    for (Index h = 0; h < 3; ++h) {
      double sum = 0;
      for (EdgeId k = begin; k < end; ++k) sum += static_cast<double>(alpha.at(k, h));
      REQUIRE(std::abs(sum - (begin == end ? 0 : 1)) <= 20 * epsilon);
    }
    if (begin == end) REQUIRE(std::all_of(y.row(v).begin(), y.row(v).end(), [](Real value) { return value == 0; }));
  }
  CHECK(kernels::attend(Propagation(), Tensor({0, 6}), Tensor({0, 3}), Tensor({0, 3}), c.options, &tables).shape() ==
        Shape{0, 6});
}

TEST_CASE("attend: scores of 1e3 stay finite and the highest takes all", "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(3);
    for (const Index heads : {1, 3, 8}) {
      AttentionCase c = random_attention(12, 15, heads, 8, 0, rng);
      for (Real& score : c.source_score.values()) score *= 1000;
      for (Real& score : c.target_score.values()) score *= 1000;
      kernels::AttentionTables tables;
      const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
      const ExpectedAttention expected = attend_in_double(c);
      REQUIRE(largest_difference(tables.weights, expected.alpha) <=
              2000 * epsilon);  // scores of 1000 are rounded to 500 epsilon
      REQUIRE(largest_difference(y, expected.y) <= 40000 * epsilon);
      c.options.most_table_values = heads == 3 ? 0 : Index{1} << 17;
      const AttentionGradients g = gradients_of(c, tables, Tensor(y.shape(), Real(1)));
      for (const Tensor* gradient : {&g.x, &g.source_score, &g.target_score}) {
        REQUIRE(std::all_of(gradient->values().begin(), gradient->values().end(),
                            [](Real value) { return std::isfinite(value); }));
      }
    }
  });
}

TEST_CASE("attend: NaN in a score reaches the result", "[kernels][attention]") {
  at_every_vector_level([] {
    const Propagation propagation(2, 1, {0, 2}, {0, 1}, {});
    for (const Index heads : {1, 8}) {
      Tensor source_score({2, heads});
      source_score.at(1, 0) = std::numeric_limits<Real>::quiet_NaN();
      kernels::EdgeAttention options;
      options.heads = heads;
      const Tensor y =
          kernels::attend(propagation, Tensor({2, heads}, Real(1)), source_score, Tensor({1, heads}), options);
      REQUIRE(std::isnan(y.at(0, 0)));
    }
  });
}

TEST_CASE("attend: relabeled sources give the same result", "[kernels][attention]") {
  Rng rng(4);
  const Index sources = 20;
  const AttentionCase c = random_attention(sources, 25, 8, 8, 0, rng);
  // Node u becomes sources - 1 - u, so every row lists its arcs the other way around.
  const auto turned = [&](const Tensor& rows) {
    Tensor result(rows.shape());
    for (Index u = 0; u < sources; ++u)
      std::copy(rows.row(u).begin(), rows.row(u).end(), result.row(sources - 1 - u).begin());
    return result;
  };
  std::vector<NodeId> ids(c.propagation.sources().begin(), c.propagation.sources().end());
  for (std::size_t v = 0; v < 25; ++v)
    std::reverse(ids.begin() + c.propagation.offsets()[v], ids.begin() + c.propagation.offsets()[v + 1]);
  for (NodeId& id : ids) id = static_cast<NodeId>(sources - 1 - id);
  const Propagation moved(sources, 25, {c.propagation.offsets().begin(), c.propagation.offsets().end()}, ids, {});
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options);
  const Tensor z = kernels::attend(moved, turned(c.x), turned(c.source_score), c.target_score, c.options);
  CHECK(largest_difference(y, std::vector<double>(z.values().begin(), z.values().end())) <= 50 * epsilon);
}

TEST_CASE("attend: a row is added to every target's, also to one without arcs", "[kernels][attention]") {
  Rng rng(13);
  const AttentionCase c = random_attention(30, 40, 3, 6, 0, rng);
  const Tensor row = random_tensor({18}, rng);
  const Tensor plain = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options);
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, nullptr, &row);
  std::vector<double> expected;
  for (Index i = 0; i < plain.size(); ++i) {
    expected.push_back(static_cast<double>(plain.data()[i]) + static_cast<double>(row.data()[i % 18]));
  }
  CHECK(largest_difference(y, expected) <= 50 * epsilon);
}

TEST_CASE("attend and its gradients: the thread count changes no bit", "[kernels][attention]") {
  Rng rng(7);
  AttentionCase c = random_attention(3000, 2500, 8, 8, Real(0.6), rng);
  c.options.most_table_values = GENERATE(Index{1} << 17, Index{0});
  kernels::AttentionTables tables;
  CHECK(same_for_any_thread_count(
      [&] { return kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables); }));
  const Tensor upstream = random_tensor({2500, 64}, rng);
  CHECK(same_for_any_thread_count([&] { return gradients_of(c, tables, upstream).x; }));
  CHECK(same_for_any_thread_count([&] { return gradients_of(c, tables, upstream).source_score; }));
  CHECK(same_for_any_thread_count([&] { return gradients_of(c, tables, upstream).target_score; }));
}

TEST_CASE("attend: shapes that do not fit are named, and rates outside [0, 1) refused", "[kernels][attention]") {
  Rng rng(8);
  AttentionCase c = random_attention(4, 5, 2, 3, 0, rng);
  CHECK_THROWS_WITH(kernels::attend(c.propagation, Tensor({4, 7}), c.source_score, c.target_score, c.options),
                    "attend: 2 heads, 4 sources and 5 targets do not fit [4, 7], [4, 2] and [5, 2]");
  c.options.dropout_rate = 1;
  CHECK_THROWS_AS(kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options), UsageError);
}
