#include "kernels/attention.h"

#include <array>
#include <cmath>
#include <numeric>

#include "kernels/dense.h"
#include "kernels/reference.h"
#include "support/catch.h"

using namespace cairn;
using namespace cairn::reference;

namespace {

struct Case {
  Propagation propagation;
  Tensor x, source_score, target_score;
  kernels::EdgeAttention options;
};

Case random_case(Index sources, Index targets, Index heads, Index head_width, Real dropout_rate, Rng& rng) {
  Case c;
  c.propagation = random_propagation(sources, targets, 5, false, rng);
  c.x = random_tensor({sources, heads * head_width}, rng);
  c.source_score = random_tensor({sources, heads}, rng);
  c.target_score = random_tensor({targets, heads}, rng);
  c.options.heads = heads;
  c.options.dropout_rate = dropout_rate;
  c.options.dropout_key = rng.bits();
  return c;
}

struct Expected {
  std::vector<double> alpha;  // [E, heads]
  std::vector<double> kept;
  std::vector<double> score;
  std::vector<double> y;  // [T, heads * head_width]
};

/// The formula of attention.h, arc by arc, in double.
Expected attend_in_double(const Case& c) {
  const Index heads = c.options.heads;
  const Index width = c.x.columns() / heads;
  Expected e;
  const auto count = static_cast<std::size_t>(c.propagation.arc_count() * heads);
  e.alpha.resize(count);
  e.kept.resize(count);
  e.score.resize(count);
  e.y.resize(static_cast<std::size_t>(c.propagation.target_count() * heads * width));
  std::vector<double> highest(static_cast<std::size_t>(c.propagation.target_count() * heads), -1e300);
  std::vector<double> sums(highest.size());
  const auto place = [heads](Index row, Index h) { return static_cast<std::size_t>(row * heads + h); };
  for_arcs(c.propagation, [&](Index v, Index u, double, EdgeId k) {
    for (Index h = 0; h < heads; ++h) {
      const double score = static_cast<double>(c.source_score.at(u, h)) + static_cast<double>(c.target_score.at(v, h));
      e.score[place(k, h)] = score;
      e.alpha[place(k, h)] = score > 0 ? score : static_cast<double>(c.options.negative_slope) * score;
      highest[place(v, h)] = std::max(highest[place(v, h)], e.alpha[place(k, h)]);
    }
  });
  for_arcs(c.propagation, [&](Index v, Index, double, EdgeId k) {
    for (Index h = 0; h < heads; ++h) {
      e.alpha[place(k, h)] = std::exp(e.alpha[place(k, h)] - highest[place(v, h)]);
      sums[place(v, h)] += e.alpha[place(k, h)];
    }
  });
  const double rate = static_cast<double>(c.options.dropout_rate);
  for_arcs(c.propagation, [&](Index v, Index u, double, EdgeId k) {
    for (Index h = 0; h < heads; ++h) {
      e.alpha[place(k, h)] /= sums[place(v, h)];
      const auto draw = draw_bits(c.options.dropout_key, static_cast<std::uint32_t>(k * heads + h));
      const bool dropped = static_cast<double>(draw) < rate * 4294967296.0;
      e.kept[place(k, h)] = dropped ? 0 : e.alpha[place(k, h)] / (1 - rate);
      for (Index j = 0; j < width; ++j) {
        e.y[static_cast<std::size_t>((v * heads + h) * width + j)] +=
            e.kept[place(k, h)] * static_cast<double>(c.x.at(u, h * width + j));
      }
    }
  });
  return e;
}

double largest_difference(const Tensor& a, const std::vector<double>& b) {
  if (a.size() != static_cast<Index>(b.size())) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double distance = std::abs(static_cast<double>(a.data()[i]) - b[i]);
    if (!(distance <= worst)) worst = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
  }
  return worst;
}

constexpr double epsilon = std::numeric_limits<Real>::epsilon();

struct Gradients {
  Tensor x, source_score, target_score;
};

Gradients gradients_of(const Case& c, const kernels::AttentionTables& tables, const Tensor& upstream) {
  Gradients g{Tensor(c.x.shape()), Tensor(c.source_score.shape()), Tensor(c.target_score.shape())};
  kernels::add_attend_gradients(c.propagation, c.x, c.source_score, c.target_score, c.options, tables, upstream,
                                {.x = &g.x, .source_score = &g.source_score, .target_score = &g.target_score});
  return g;
}

struct ExpectedGradients {
  std::vector<double> x, source_score, target_score;
};

/// The derivatives of the formula of attention.h, arc by arc, in double.
ExpectedGradients gradients_in_double(const Case& c, const Tensor& upstream) {
  const Expected e = attend_in_double(c);
  const Index heads = c.options.heads;
  const Index width = c.x.columns() / heads;
  const auto place = [](Index row, Index columns, Index column) {
    return static_cast<std::size_t>(row * columns + column);
  };
  ExpectedGradients g;
  g.x.resize(static_cast<std::size_t>(c.x.size()));
  g.source_score.resize(static_cast<std::size_t>(c.source_score.size()));
  g.target_score.resize(static_cast<std::size_t>(c.target_score.size()));
  std::vector<double> of_alpha(e.alpha.size());
  std::vector<double> mean(g.target_score.size());
  for_arcs(c.propagation, [&](Index v, Index u, double, EdgeId k) {
    for (Index h = 0; h < heads; ++h) {
      const std::size_t at = place(k, heads, h);
      double dot = 0;
      for (Index j = h * width; j < (h + 1) * width; ++j) {
        dot += static_cast<double>(upstream.at(v, j)) * static_cast<double>(c.x.at(u, j));
        g.x[place(u, heads * width, j)] += e.kept[at] * static_cast<double>(upstream.at(v, j));
      }
      of_alpha[at] = e.kept[at] == 0 ? 0 : dot / (1 - static_cast<double>(c.options.dropout_rate));
      mean[place(v, heads, h)] += e.alpha[at] * of_alpha[at];
    }
  });
  for_arcs(c.propagation, [&](Index v, Index u, double, EdgeId k) {
    for (Index h = 0; h < heads; ++h) {
      const std::size_t at = place(k, heads, h);
      const double slope = e.score[at] > 0 ? 1 : static_cast<double>(c.options.negative_slope);
      const double of_score = e.alpha[at] * (of_alpha[at] - mean[place(v, heads, h)]) * slope;
      g.source_score[place(u, heads, h)] += of_score;
      g.target_score[place(v, heads, h)] += of_score;
    }
  });
  return g;
}

/// Gradients by tables, and without.
constexpr std::array<Index, 2> both_ways{Index{1} << 17, 0};

/// <upstream, attend(c)> in double: the function whose gradients are checked.
double inner_product(const Case& c, const Tensor& upstream) {
  const std::vector<double> y = attend_in_double(c).y;
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * static_cast<double>(upstream.data()[i]);
  return sum;
}

}  // namespace

TEST_CASE("attend: every number and width of heads agrees with the formula in double", "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(1);
    for (const Index heads : {1, 2, 3, 4, 5, 8, 11, 12, 16, 24}) {
      for (const Index width : {0, 1, 3, 4, 5, 7, 8, 9, 13, 16, 19, 33}) {
        for (const Real rate : {Real(0), Real(0.6)}) {
          CAPTURE(heads, width, rate);
          const Case c = random_case(12, 15, heads, width, rate, rng);
          const Expected expected = attend_in_double(c);
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
  Case c = random_case(2000, 3000, 8, 8, Real(0.6), rng);
  const Expected expected = attend_in_double(c);
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  CHECK(largest_difference(tables.weights, expected.alpha) <= 16 * epsilon);
  CHECK(largest_difference(y, expected.y) <= 400 * epsilon);
  CHECK(same_bits(y, kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options)));

  // Sums of some ten products of size 10 and weights times 2.5.
  const Tensor upstream = random_tensor(y.shape(), rng);
  const ExpectedGradients right = gradients_in_double(c, upstream);
  for (const Index most : both_ways) {
    c.options.most_table_values = most;
    const Gradients g = gradients_of(c, tables, upstream);
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
    Case c = random_case(1, 1, 8, 16, 0, rng);
    c.propagation = Propagation(nodes, nodes, std::move(offsets), std::move(sources), {});
    c.x = random_tensor({nodes, 128}, rng);
    c.source_score = random_tensor({nodes, 8}, rng);
    c.target_score = random_tensor({nodes, 8}, rng);
    kernels::AttentionTables tables;
    const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
    CHECK(largest_difference(y, attend_in_double(c).y) <= 400 * epsilon);
    const Tensor upstream = random_tensor(y.shape(), rng);
    const ExpectedGradients right = gradients_in_double(c, upstream);
    for (const Index most : both_ways) {
      c.options.most_table_values = most;
      const Gradients g = gradients_of(c, tables, upstream);
      // Sums of 3,000 terms of size 1: rounding grows like their root times the size of the sum, some 50.
      CHECK(largest_difference(g.x, right.x) <= 4000 * epsilon);
      CHECK(largest_difference(g.source_score, right.source_score) <= 20000 * epsilon);
      CHECK(largest_difference(g.target_score, right.target_score) <= 20000 * epsilon);
    }
  });
}

TEST_CASE("attend: weights into a target sum to 1, and a target without arcs receives 0", "[kernels][attention]") {
  Rng rng(2);
  const Case c = random_case(30, 40, 3, 6, 0, rng);
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
      Case c = random_case(12, 15, heads, 8, 0, rng);
      for (Real& score : c.source_score.values()) score *= 1000;
      for (Real& score : c.target_score.values()) score *= 1000;
      kernels::AttentionTables tables;
      const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
      const Expected expected = attend_in_double(c);
      REQUIRE(largest_difference(tables.weights, expected.alpha) <=
              2000 * epsilon);  // scores of 1000 are rounded to 500 epsilon
      REQUIRE(largest_difference(y, expected.y) <= 40000 * epsilon);
      c.options.most_table_values = heads == 3 ? 0 : Index{1} << 17;
      const Gradients g = gradients_of(c, tables, Tensor(y.shape(), Real(1)));
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
  const Case c = random_case(sources, 25, 8, 8, 0, rng);
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

TEST_CASE("add_attend_gradients: agree with central differences in double", "[kernels][attention]") {
  at_every_vector_level([] {
    Rng rng(5);
    struct Size {
      Index heads, width;
    };
    for (const Size size : {Size{1, 7}, {8, 8}, {3, 5}, {4, 16}, {8, 3}, {2, 1}, {16, 8}, {8, 16}, {8, 24}}) {
      for (const Real rate : {Real(0), Real(0.5)}) {
        CAPTURE(size.heads, size.width, rate);
        Case c = random_case(6, 7, size.heads, size.width, rate, rng);
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
          const Gradients g = gradients_of(c, tables, upstream);
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
  Case c = random_case(12, 15, 8, 8, Real(0.5), rng);
  c.options.most_table_values = GENERATE(Index{1} << 17, Index{0});
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  const Tensor upstream = random_tensor(y.shape(), rng);
  const Gradients all = gradients_of(c, tables, upstream);
  const auto alone = [&](bool x, bool source, bool target) {
    Gradients g{Tensor(c.x.shape(), 1), Tensor(c.source_score.shape(), 1), Tensor(c.target_score.shape(), 1)};
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
  Case c = random_case(30, 40, 8, 16, Real(0.5), rng);
  c.options.most_table_values = GENERATE(Index{1} << 17, Index{0});
  kernels::AttentionTables tables;
  const Tensor y = kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options, &tables);
  const Tensor upstream = random_tensor(y.shape(), rng);
  Tensor written(c.x.shape(), std::numeric_limits<Real>::quiet_NaN());
  kernels::add_attend_gradients(c.propagation, c.x, c.source_score, c.target_score, c.options, tables, upstream,
                                {.x = &written, .store_x = kernels::Store::write});
  CHECK(same_bits(written, gradients_of(c, tables, upstream).x));
}

TEST_CASE("attend and its gradients: the thread count changes no bit", "[kernels][attention]") {
  Rng rng(7);
  Case c = random_case(3000, 2500, 8, 8, Real(0.6), rng);
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
  Case c = random_case(4, 5, 2, 3, 0, rng);
  CHECK_THROWS_WITH(kernels::attend(c.propagation, Tensor({4, 7}), c.source_score, c.target_score, c.options),
                    "attend: 2 heads, 4 sources and 5 targets do not fit [4, 7], [4, 2] and [5, 2]");
  c.options.dropout_rate = 1;
  CHECK_THROWS_AS(kernels::attend(c.propagation, c.x, c.source_score, c.target_score, c.options), UsageError);
}
