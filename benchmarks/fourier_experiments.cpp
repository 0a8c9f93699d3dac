#include "benchmarks/fourier_experiments.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "benchmarks/sinusoids.h"
#include "core/error.h"
#include "core/rng.h"
#include "nn/learnable_fourier.h"

namespace cairn::benchmarks {

namespace {

LearnableFourier bare_features(Index features, double gamma, std::uint64_t seed) {
  Rng rng = Rng(seed).split("frequencies");
  return LearnableFourier({.axes = 2, .features = features, .hidden = 0, .gamma = static_cast<Real>(gamma)}, rng);
}

double product_of_rows(const Tensor& x, Index i, Index j) {
  return std::inner_product(x.row(i).begin(), x.row(i).end(), x.row(j).begin(), 0.0);
}

/// Points at `distance` from the first, which is the origin, at equal angles from `angle` on.
Coordinates around_origin(double distance, double angle, Index count) {
  Coordinates points{.values = Tensor(Shape{count + 1, 2}), .valid = {}, .graph_of_node = {}};
  for (Index i = 0; i < count; ++i) {
    const double turn = angle + 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count);
    points.values.at(i + 1, 0) = static_cast<Real>(distance * std::cos(turn));
    points.values.at(i + 1, 1) = static_cast<Real>(distance * std::sin(turn));
  }
  return points;
}

}  // namespace

std::vector<FourierKernelRow> fourier_kernel(Index features, std::uint64_t seed) {
  constexpr Index directions = 16;
  std::vector<FourierKernelRow> rows;
  for (const double gamma : {1.0, 0.25}) {
    const LearnableFourier encoder = bare_features(features, gamma, seed);
    for (const double steps : {0.0, 0.25, 0.5, 1.0, 2.0}) {
      const Tensor r = encoder.forward(around_origin(steps * gamma, 0, directions)).value();
      double sum = 0;
      for (Index i = 1; i <= directions; ++i) sum += product_of_rows(r, 0, i);
      rows.push_back({.gamma = gamma,
                      .distance = steps * gamma,
                      .measured = sum / static_cast<double>(directions),
                      .expected = std::exp(-steps * steps / 2) / 2});
    }
  }
  return rows;
}

std::vector<IsotropyRow> fourier_isotropy(Index features, std::uint64_t seed) {
  const LearnableFourier encoder = bare_features(features, 3, seed);
  const auto likeness = [](const Tensor& rows) {
    return product_of_rows(rows, 0, 1) / std::sqrt(product_of_rows(rows, 0, 0) * product_of_rows(rows, 1, 1));
  };
  std::vector<IsotropyRow> rows;
  for (const double distance : {4.0, 8.0}) {
    const Coordinates axis = around_origin(distance, 0, 1);
    const Coordinates diagonal = around_origin(distance, std::numbers::pi / 4, 1);
    rows.push_back({.encoder = "fourier features",
                    .distance = distance,
                    .along_axis = likeness(encoder.forward(axis).value()),
                    .diagonal = likeness(encoder.forward(diagonal).value())});
    const SinusoidOptions options{.count = 64};
    rows.push_back({.encoder = "concatenated sinusoids",
                    .distance = distance,
                    .along_axis = likeness(sinusoids(axis, options)),
                    .diagonal = likeness(sinusoids(diagonal, options))});
  }
  return rows;
}

}  // namespace cairn::benchmarks
