#include <cmath>
#include <numbers>

#include "benchmarks/encoding_experiments.h"
#include "position/distance_preservation.h"
#include "position/encodings.h"
#include "position/stable_rank.h"

namespace cairn::benchmarks {

namespace {

constexpr Index shifts = 1000;
constexpr Index rank_places = 256;
constexpr Index curve_places = 4096;

/// So many places, evenly on [0, 1).
Coordinates even_places(Index count) {
  Coordinates places{Tensor({count, 1}), {}, {}};
  for (Index i = 0; i < count; ++i) {
    places.values.at(i, 0) = static_cast<Real>(static_cast<double>(i) / static_cast<double>(count));
  }
  return places;
}

Tensor closed_rows(const char* name, double width, Index places) {
  EncodingOptions options;
  options.name = name;
  options.width = width;
  options.count = shifts;
  options.ranges = {{0, 1}};
  options.circular = true;
  const Coordinates x = even_places(places);
  return make_encoding(options, x)->encode(x);
}

double gaussian_law(double width) { return 1 / (2 * std::sqrt(std::numbers::pi) * width); }

/// From the kernel of place 0 with all up to half way round.
double gaussian_reach(double width) {
  const Tensor rows = closed_rows("gaussian", width, curve_places);
  std::vector<NodeId> from;
  std::vector<NodeId> to;
  std::vector<Real> distances;
  for (NodeId i = 1; i <= curve_places / 2; ++i) {
    from.push_back(0);
    to.push_back(i);
    distances.push_back(static_cast<Real>(i) / static_cast<Real>(curve_places));
  }
  return reach(kernel_curve(rows, {from, to, distances}, 1.0 / curve_places));
}

}  // namespace

std::vector<StableRankRow> stable_rank_laws() {
  std::vector<StableRankRow> rows;
  for (const double width : {0.1, 0.05, 0.02, 0.01, 0.005, 0.002}) {
    rows.push_back({"gaussian", width, stable_rank(closed_rows("gaussian", width, rank_places)), gaussian_law(width)});
  }
  rows.push_back({"impulse", 1.0 / shifts, stable_rank(closed_rows("impulse", 1.0 / shifts, rank_places)),
                  static_cast<double>(rank_places)});
  rows.push_back({"sine", 1, stable_rank(closed_rows("sine", 1, rank_places)), 2});
  rows.push_back(
      {"square", 1, stable_rank(closed_rows("square", 1, rank_places)), std::numbers::pi * std::numbers::pi / 4});
  return rows;
}

std::vector<TradeOffRow> trade_off_curve() {
  std::vector<TradeOffRow> rows;
  for (const double width : {0.05, 0.02, 0.01, 0.005, 0.002}) {
    rows.push_back({width, stable_rank(closed_rows("gaussian", width, rank_places)), gaussian_reach(width)});
  }
  return rows;
}

}  // namespace cairn::benchmarks
