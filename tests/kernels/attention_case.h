#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/attention.h"
#include "kernels/reference.h"

/// Graph attention on random graphs, and its formula and derivatives in double, arc by arc.
namespace cairn::reference {

struct AttentionCase {
  Propagation propagation;
  Tensor x, source_score, target_score;
  kernels::EdgeAttention options;
};

inline AttentionCase random_attention(Index sources, Index targets, Index heads, Index head_width, Real dropout_rate,
                                      Rng& rng) {
  AttentionCase c;
  c.propagation = random_propagation(sources, targets, 5, false, rng);
  c.x = random_tensor({sources, heads * head_width}, rng);
  c.source_score = random_tensor({sources, heads}, rng);
  c.target_score = random_tensor({targets, heads}, rng);
  c.options.heads = heads;
  c.options.dropout_rate = dropout_rate;
  c.options.dropout_key = rng.bits();
  return c;
}

struct ExpectedAttention {
  std::vector<double> alpha;  // [E, heads]
  std::vector<double> kept;
  std::vector<double> score;
  std::vector<double> y;  // [T, heads * head_width]
};

/// The formula of attention.h, arc by arc, in double.
inline ExpectedAttention attend_in_double(const AttentionCase& c) {
  const Index heads = c.options.heads;
  const Index width = c.x.columns() / heads;
  ExpectedAttention e;
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

inline double largest_difference(const Tensor& a, const std::vector<double>& b) {
  if (a.size() != static_cast<Index>(b.size())) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double distance = std::abs(static_cast<double>(a.data()[i]) - b[i]);
    if (!(distance <= worst)) worst = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
  }
  return worst;
}

constexpr double epsilon = std::numeric_limits<Real>::epsilon();

struct AttentionGradients {
  Tensor x, source_score, target_score;
};

inline AttentionGradients gradients_of(const AttentionCase& c, const kernels::AttentionTables& tables,
                                       const Tensor& upstream) {
  AttentionGradients g{Tensor(c.x.shape()), Tensor(c.source_score.shape()), Tensor(c.target_score.shape())};
  kernels::add_attend_gradients(c.propagation, c.x, c.source_score, c.target_score, c.options, tables, upstream,
                                {.x = &g.x, .source_score = &g.source_score, .target_score = &g.target_score});
  return g;
}

struct ExpectedAttentionGradients {
  std::vector<double> x, source_score, target_score;
};

/// The derivatives of the formula of attention.h, arc by arc, in double.
inline ExpectedAttentionGradients gradients_in_double(const AttentionCase& c, const Tensor& upstream) {
  const ExpectedAttention e = attend_in_double(c);
  const Index heads = c.options.heads;
  const Index width = c.x.columns() / heads;
  const auto place = [](Index row, Index columns, Index column) {
    return static_cast<std::size_t>(row * columns + column);
  };
  ExpectedAttentionGradients g;
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

/// AttentionGradients by tables, and without.
constexpr std::array<Index, 2> both_ways{Index{1} << 17, 0};

/// <upstream, attend(c)> in double: the function whose gradients are checked.
inline double inner_product(const AttentionCase& c, const Tensor& upstream) {
  const std::vector<double> y = attend_in_double(c).y;
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * static_cast<double>(upstream.data()[i]);
  return sum;
}

}  // namespace cairn::reference
