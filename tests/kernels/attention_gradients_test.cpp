#include "kernels/attention_case.h"
#include "kernels/heads.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

TEST_CASE("add_attend_gradients: agree with central differences in double", "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(5);
    struct Size {
      Index heads, width;
    };
    for (const Size size : {Size{1, 7}, {8, 8}, {3, 5}, {4, 16}, {8, 3}, {2, 1}, {16, 8}, {8, 16}, {8, 24}}) {
      for (const Real rate : {Real(0), Real(0.5)}) {
        CAPTURE(size.heads, size.width, rate);
        AttentionCase c = random_attention(6, 7, size.heads, size.width, rate, rng);
        kernels::AttentionTables tables;
        const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
        const Tensor upstream = random_tensor(y.shape(), rng);
        const auto check = [&](Tensor& input, const Tensor& gradient) {
          for (Index i = 0; i < input.size(); i += 3) {
            const Real value = input.data()[i];
            const Real step = Real(1) / 1024;  // exact in float; the error of the difference is its square
            input.data()[i] = value + step;
            const double above = inner_product(c, upstream);
            input.data()[i] = value - step;
            const double below = inner_product(c, upstream);
            const double width = static_cast<double>(value + step) - static_cast<double>(value - step);
            input.data()[i] = value;
            REQUIRE(static_cast<double>(gradient.data()[i]) == Approx((above - below) / width).margin(2e-5));
          }
        };
        for (const Index most : both_ways) {
          c.options.most_table_values = most;
          const AttentionGradients g = gradients_of(c, tables, upstream);
          check(c.x, g.x);
          check(c.source_score, g.source_score);
          check(c.target_score, g.target_score);
        }
      }
    }
  });
}

TEST_CASE("add_attend_gradients: adds to what is there, and leaves out what is not wanted", "[kernels][attention]") {
  Rng rng(6);
  AttentionCase c = random_attention(12, 15, 8, 8, Real(0.5), rng);
  c.options.most_table_values = GENERATE(Index{1} << 17, Index{0});
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  const Tensor upstream = random_tensor(y.shape(), rng);
  const AttentionGradients all = gradients_of(c, tables, upstream);
  const auto alone = [&](bool x, bool source, bool target) {
    AttentionGradients g{Tensor(c.x.shape(), 1), Tensor(c.source_score.shape(), 1), Tensor(c.target_score.shape(), 1)};
    kernels::add_attend_gradients(c.propagation, c.x, c.source_score, c.target_score, c.options, tables, upstream,
                                  {.x = x ? &g.x : nullptr,
                                   .source_score = source ? &g.source_score : nullptr,
                                   .target_score = target ? &g.target_score : nullptr});
    return g;
  };
  const auto one_more = [](const Tensor& gradient) {
    std::vector<double> sums(gradient.values().begin(), gradient.values().end());
    for (double& sum : sums) sum += 1;
    return sums;
  };
  CHECK(largest_difference(alone(true, false, false).x, one_more(all.x)) <= 50 * epsilon);
  CHECK(largest_difference(alone(false, true, false).source_score, one_more(all.source_score)) <= 50 * epsilon);
  CHECK(largest_difference(alone(false, false, true).target_score, one_more(all.target_score)) <= 50 * epsilon);
  CHECK(same_bits(alone(false, false, true).x, Tensor(c.x.shape(), 1)));
}

TEST_CASE("add_attend_gradients: of x, writing gives the bits that adding to zeros gives", "[kernels][attention]") {
  Rng rng(11);
  AttentionCase c = random_attention(30, 40, 8, 16, Real(0.5), rng);
  c.options.most_table_values = GENERATE(Index{1} << 17, Index{0});
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  const Tensor upstream = random_tensor(y.shape(), rng);
  Tensor written(c.x.shape(), std::numeric_limits<Real>::quiet_NaN());
  kernels::add_attend_gradients(c.propagation, c.x, c.source_score, c.target_score, c.options, tables, upstream,
                                {.x = &written, .store_x = kernels::Store::write});
  CHECK(same_bits(written, gradients_of(c, tables, upstream).x));
}

TEST_CASE("add_attend_gradients: by way of vectors they are those of the scores', handed on", "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(12);
    for (const Index width : {3, 8, 16, 24}) {
      for (const Index heads : {1, 3, 8}) {
        CAPTURE(heads, width);
        AttentionCase c = random_attention(500, 400, heads, width, Real(0.5), rng);
        const kernels::ScoreVectors vectors{random_tensor({heads, width}, rng), random_tensor({heads, width}, rng)};
        const kernels::AttentionScores scores = kernels::attention_scores(c.x, vectors, 400);
        c.source_score = scores.source;
        c.target_score = scores.target;
        kernels::AttentionTables tables;
        const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
        const Tensor upstream = random_tensor(y.shape(), rng);
        for (const Index most : both_ways) {
          c.options.most_table_values = most;
          const AttentionGradients alone = gradients_of(c, tables, upstream);
          Tensor x = alone.x.clone();
          Tensor of_targets = Tensor({400, heads * width});
          Tensor source_vector({heads, width}, 1);
          Tensor target_vector({heads, width}, 1);
          kernels::add_head_dot_x_gradient(alone.source_score, vectors.source, x);
          kernels::add_head_dot_x_gradient(alone.target_score, vectors.target, of_targets);
          for (Index i = 0; i < of_targets.size(); ++i) x.data()[i] += of_targets.data()[i];
          kernels::add_head_dot_a_gradient(alone.source_score, c.x, source_vector);
          Tensor first_rows({400, heads * width});
          std::copy_n(c.x.data(), first_rows.size(), first_rows.data());
          kernels::add_head_dot_a_gradient(alone.target_score, first_rows, target_vector);

          AttentionGradients g{Tensor(c.x.shape()), Tensor(c.source_score.shape()), Tensor(c.target_score.shape())};
          Tensor of_source({heads, width}, 1);
          Tensor of_target({heads, width}, 1);
          kernels::add_attend_gradients(c.propagation, c.x, c.source_score, c.target_score, c.options, tables, upstream,
                                        {.x = &g.x,
                                         .source_score = &g.source_score,
                                         .target_score = &g.target_score,
                                         .vectors = &vectors,
                                         .source_vector = &of_source,
                                         .target_vector = &of_target});
          const auto in_double = [](const Tensor& t) {
            return std::vector<double>(t.values().begin(), t.values().end());
          };
          REQUIRE(same_bits(g.source_score, alone.source_score));
          REQUIRE(same_bits(g.target_score, alone.target_score));
          REQUIRE(largest_difference(g.x, in_double(x)) <= 1000 * epsilon);
          REQUIRE(largest_difference(of_source, in_double(source_vector)) <= 20000 * epsilon);  // of 500 terms
          REQUIRE(largest_difference(of_target, in_double(target_vector)) <= 20000 * epsilon);
        }
      }
    }
  });
}
