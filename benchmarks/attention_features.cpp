// How far random features are from the softmax that they stand for, by the length of queries and keys.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>

#include "benchmarks/attention_sections.h"
#include "benchmarks/experiment_chart.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "kernels/feature_maps.h"

namespace cairn::benchmarks {

namespace {

using kernels::FeatureMap;

constexpr Index dimensions = 64;
constexpr Index keys = 1024;
constexpr std::array<double, 4> lengths{1, 2, 3, 4};
constexpr std::array<Index, 5> counts{4, 16, 64, 256, 1024};

struct Map {
  std::string_view name;
  FeatureMap map;
  bool orthogonal;
};
constexpr std::array<Map, 5> maps{{{"positive", FeatureMap::positive, false},
                                   {"positive, orthogonal", FeatureMap::positive, true},
                                   {"trigonometric", FeatureMap::trigonometric, false},
                                   {"trigonometric, orthogonal", FeatureMap::trigonometric, true},
                                   {"sphere", FeatureMap::sphere, false}}};

/// Rows on the sphere of a radius.
Tensor on_sphere(Index rows, double radius, Rng rng) {
  Tensor points = Tensor::uninitialized(Shape{rows, dimensions});
  for (Index u = 0; u < rows; ++u) {
    double squares = 0;
    for (Real& value : points.row(u)) {
      value = rng.normal();
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    for (Real& value : points.row(u)) value *= static_cast<Real>(radius / std::sqrt(squares));
  }
  return points;
}

double product_of(std::span<const Real> a, std::span<const Real> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

void normalize(std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  for (double& weight : weights) weight /= sum;
}

/// |softmax - weights by features| summed over the keys of one query.
double error_of(const Map& map, double length, Index count, std::uint64_t seed) {
  const Rng rng = Rng(seed).split("features");
  const Tensor query = on_sphere(1, length, rng.split("query"));
  const Tensor key = on_sphere(keys, length, rng.split("keys"));
  const kernels::FeatureOptions options{.map = map.map, .count = count, .orthogonal = map.orthogonal};
  const Tensor draws = kernels::draw_features(options, 1, dimensions, rng.split("draws"));
  const Tensor of_query = kernels::random_features(options, 1, draws, query, kernels::FeatureRole::query, {});
  const Tensor of_keys = kernels::random_features(options, 1, draws, key, kernels::FeatureRole::key, {});
  std::vector<double> expected;
  std::vector<double> found;
  for (Index v = 0; v < keys; ++v) {
    expected.push_back(std::exp(product_of(query.row(0), key.row(v))));
    found.push_back(product_of(of_query.row(0), of_keys.row(v)));
  }
  normalize(expected);
  normalize(found);
  double error = 0;
  for (std::size_t v = 0; v < expected.size(); ++v) error += std::abs(expected[v] - found[v]);
  return error;
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const Map& map : maps) {
    all.push_back({std::string(map.name),
                   {},
                   {},
                   [&map, smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
                     std::vector<MeasuredRow> rows;
                     for (const double length : lengths) {
                       for (const Index count : counts) {
                         if (smoke && count > 64) continue;
                         rows.push_back({"features",
                                         {std::string(map.name), fmt::format("{:g}", length), fmt::format("{}", count)},
                                         {error_of(map, length, count, seed)}});
                       }
                     }
                     return std::optional(rows);
                   }});
  }
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  for (const Map& map : maps) {
    const auto mean = [&](double length, Index count) {
      return results.mean("features", {std::string(map.name), fmt::format("{:g}", length), fmt::format("{}", count)},
                          0);
    };
    double least = std::nan("");
    for (const Index count : counts) least = std::fmin(least, mean(4, count));
    const double ratio = mean(1, 16) / mean(1, 256);
    if (map.name == "positive") {
      claims.at_least("positive, length 1: 16 draws err at least 2.5 times as much as 256 (ratio)", ratio, 2.5);
      claims.at_most("positive, length 1: and at most 4.5 times (ratio)", ratio, 4.5);
      claims.at_most("positive, length 1: error at most 0.08 with 1024 draws", mean(1, 1024), 0.08);
      claims.at_least("positive, length 4: error at least 1.4 with any number of draws (least)", least, 1.4);
    } else {
      claims.report(fmt::format("{}, length 1: 16 draws against 256 (ratio of errors)", map.name), ratio);
      claims.report(fmt::format("{}, length 1: error with 1024 draws", map.name), mean(1, 1024));
    }
  }
}

std::vector<LineChart> charts(const ExperimentResults& results) {
  LineChart chart = chart_over(results, "features", 2, 0, "error of random features over their number");
  chart.log_y = true;
  // Lines of positive features: others would lie on top of them.
  std::erase_if(chart.series, [](const Series& series) { return series.name.rfind("positive ", 0) != 0; });
  return {std::move(chart)};
}

}  // namespace

ExperimentSection features_section() {
  return {.name = "features",
          .summary = "random features against the softmax they stand for, by the length of queries and keys",
          .seeds = 20,
          .alone = false,
          .tables = {{.name = "features",
                      .caption = "Sum of |weight - softmax weight| over 1024 keys on a sphere of 64 dimensions, one "
                                 "query; a draw of all of it a seed.",
                      .labels = {"features", "length", "m"},
                      .figures = {"L1 error"}}},
          .parts = parts,
          .claim = claim,
          .charts = charts};
}

}  // namespace cairn::benchmarks
