#include "kernels/feature_maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "kernels/dense.h"
#include "kernels/each_row.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {

using Vector = std::vector<double>;

bool trigonometric(const FeatureOptions& options) { return options.map == FeatureMap::trigonometric; }

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Vector normal_vector(Index width, Rng& rng) {
  Vector values;
  for (Index i = 0; i < width; ++i) values.push_back(static_cast<double>(rng.normal()));
  return values;
}

void scale_to(double length, Vector& w) {
  const double now = std::sqrt(dot(w, w));
  for (double& value : w) value *= now > 0 ? length / now : 0;
}

/// Takes the parts along `others` out of w, twice: once leaves rounding of the size of what was taken.
void make_orthogonal(std::span<const Vector> others, Vector& w) {
  for (int pass = 0; pass < 2; ++pass) {
    for (const Vector& other : others) {
      const double along = dot(w, other) / dot(other, other);
      for (std::size_t i = 0; i < w.size(); ++i) w[i] -= along * other[i];
    }
  }
}

Tensor columns_of(const Tensor& x, Index first, Index count) {
  Tensor part = Tensor::uninitialized(Shape{x.rows(), count});
  each_row(x.rows(), count,
           [&](Index u) { std::copy_n(x.data() + u * x.columns() + first, count, part.data() + u * count); });
  return part;
}

Tensor rows_of(const Tensor& x, Index first, Index count) {
  return Tensor(Shape{count, x.columns()}, x.values().subspan(static_cast<std::size_t>(first * x.columns()),
                                                              static_cast<std::size_t>(count * x.columns())));
}

Real half_square(std::span<const Real> row) {
  Real sum = 0;
  for (const Real value : row) sum += value * value;
  return sum / 2;
}

void check_fit(const FeatureOptions& options, Index heads, const Tensor& draws, const Tensor& x) {
  require_matrix("random_features", draws);
  require_matrix("random_features", x);
  require_fit(heads >= 1 && draws.rows() == heads * options.count && x.columns() == heads * draws.columns(),
              "random_features", draws, x);
}

/// What each row's exponents are lowered by. exponents: the highest one of each row.
std::vector<Real> shifts_of(std::vector<Real> exponents, FeatureRole role, std::span<const std::int32_t> graphs) {
  if (role == FeatureRole::query || exponents.empty()) return exponents;
  const std::int32_t count = graphs.empty() ? 1 : *std::max_element(graphs.begin(), graphs.end()) + 1;
  std::vector<Real> highest(static_cast<std::size_t>(count), -std::numeric_limits<Real>::infinity());
  const auto graph_of = [&](std::size_t u) { return graphs.empty() ? 0 : static_cast<std::size_t>(graphs[u]); };
  for (std::size_t u = 0; u < exponents.size(); ++u) {
    highest[graph_of(u)] = std::max(highest[graph_of(u)], exponents[u]);
  }
  for (std::size_t u = 0; u < exponents.size(); ++u) exponents[u] = highest[graph_of(u)];
  return exponents;
}

}  // namespace

Index feature_width(const FeatureOptions& options) {
  return trigonometric(options) ? 2 * options.count : options.count;
}

Tensor draw_features(const FeatureOptions& options, Index heads, Index width, const Rng& rng) {
  if (heads < 1) throw UsageError(fmt::format("random features: expected 1 head or more, found {}", heads));
  if (options.count < 1) {
    throw UsageError(fmt::format("random features: expected 1 a head or more, found {}", options.count));
  }
  if (width < 0) throw ShapeError(fmt::format("random features: a width of {}", width));
  Tensor draws(Shape{heads * options.count, width});
  for (Index h = 0; h < heads; ++h) {
    Rng directions = rng.split("directions").split(static_cast<std::uint64_t>(h));
    Rng lengths = rng.split("lengths").split(static_cast<std::uint64_t>(h));
    std::vector<Vector> block;  // orthogonal directions so far
    for (Index l = 0; l < options.count; ++l) {
      Vector w = normal_vector(width, directions);
      if (options.orthogonal) {
        if (static_cast<Index>(block.size()) >= width) block.clear();
        make_orthogonal(block, w);
        block.push_back(w);
      }
      if (options.map == FeatureMap::sphere) {
        scale_to(std::sqrt(static_cast<double>(width)), w);
      } else if (options.orthogonal) {
        const Vector other = normal_vector(width, lengths);
        scale_to(std::sqrt(dot(other, other)), w);
      }
      Real* const to = draws.data() + (h * options.count + l) * width;
      for (std::size_t i = 0; i < w.size(); ++i) to[i] = static_cast<Real>(w[i]);
    }
  }
  return draws;
}

Tensor random_features(const FeatureOptions& options, Index heads, const Tensor& draws, const Tensor& x,
                       FeatureRole role, std::span<const std::int32_t> graph_of_node) {
  check_fit(options, heads, draws, x);
  if (!graph_of_node.empty() && static_cast<Index>(graph_of_node.size()) != x.rows()) {
    throw ShapeError(
        fmt::format("random_features: graphs of {} nodes do not fit {}", graph_of_node.size(), to_string(x.shape())));
  }
  const Index count = options.count;
  const Index width = draws.columns();
  const Index features = feature_width(options);
  const auto scale = static_cast<Real>(1 / std::sqrt(static_cast<double>(count)));
  Tensor y = Tensor::uninitialized(Shape{x.rows(), heads * features});
  Tensor products = Tensor::uninitialized(Shape{x.rows(), count});
  for (Index h = 0; h < heads; ++h) {
    const Tensor part = columns_of(x, h * width, width);
    add_matmul_bt(part, rows_of(draws, h * count, count), products, Store::write);
    std::vector<Real> exponents(static_cast<std::size_t>(x.rows()));
    each_row(x.rows(), count, [&](Index u) {
      const auto row = products.row(u);
      exponents[static_cast<std::size_t>(u)] =
          trigonometric(options) ? half_square(part.row(u))
                                 : *std::max_element(row.begin(), row.end()) - half_square(part.row(u));
    });
    const std::vector<Real> shifts = shifts_of(std::move(exponents), role, graph_of_node);
    each_row(x.rows(), 8 * features, [&](Index u) {  // an exponential takes as long as some values to copy
      const Real* const from = products.data() + u * count;
      Real* const to = y.data() + (u * heads + h) * features;
      const Real half = half_square(part.row(u));
      const Real shift = shifts[static_cast<std::size_t>(u)];
      if (trigonometric(options)) {
        const Real factor = scale * std::exp(half - shift);
        for (Index l = 0; l < count; ++l) to[l] = factor * std::sin(from[l]);
        for (Index l = 0; l < count; ++l) to[count + l] = factor * std::cos(from[l]);
      } else {
        for (Index l = 0; l < count; ++l) to[l] = scale * std::exp(from[l] - half - shift);
      }
    });
  }
  return y;
}

void add_random_features_gradient(const FeatureOptions& options, Index heads, const Tensor& draws, const Tensor& x,
                                  const Tensor& y, const Tensor& upstream, Tensor& x_gradient) {
  check_fit(options, heads, draws, x);
  require_fit(y.shape() == upstream.shape() && x.shape() == x_gradient.shape(), "random_features", upstream, x);
  const Index count = options.count;
  const Index width = draws.columns();
  const Index features = feature_width(options);
  Tensor of_products = Tensor::uninitialized(Shape{x.rows(), count});
  for (Index h = 0; h < heads; ++h) {
    std::vector<Real> of_exponent(static_cast<std::size_t>(x.rows()));  // sum of u y: what exp(-+|x|^2 / 2) receives
    each_row(x.rows(), 2 * features, [&](Index u) {
      const Real* const value = y.data() + (u * heads + h) * features;
      const Real* const up = upstream.data() + (u * heads + h) * features;
      Real* const to = of_products.data() + u * count;
      Real sum = 0;
      for (Index l = 0; l < features; ++l) sum += up[l] * value[l];
      of_exponent[static_cast<std::size_t>(u)] = trigonometric(options) ? sum : -sum;
      if (trigonometric(options)) {
        for (Index l = 0; l < count; ++l) to[l] = up[l] * value[count + l] - up[count + l] * value[l];
      } else {
        for (Index l = 0; l < count; ++l) to[l] = up[l] * value[l];
      }
    });
    const Tensor part = matmul(of_products, rows_of(draws, h * count, count));
    each_row(x.rows(), width, [&](Index u) {
      const Index place = (u * heads + h) * width;
      const Real factor = of_exponent[static_cast<std::size_t>(u)];
      for (Index d = 0; d < width; ++d) {
        x_gradient.data()[place + d] += part.at(u, d) + factor * x.data()[place + d];
      }
    });
  }
}

}  // namespace cairn::kernels
