#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

/// What CAPE is worth on path graphs: acceptance experiments of docs/methods/cape.md.
namespace cairn::benchmarks {

/// How a test graph's places differ from those of training, 0 .. length - 1.
constexpr std::array<std::string_view, 6> path_conditions{"in range",     "offset +40",    "length 96",
                                                          "spacing x1.3", "spacing x0.75", "jitter +-0.3"};

/// What the path experiment is run with.
struct PathTaskOptions {
  Index seeds = 3;
  Index steps = 2000;
  Index batch = 8;         ///< path graphs a step
  Index length = 24;       ///< nodes of a training graph
  Index vocabulary = 8;    ///< tokens
  Index test_graphs = 64;  ///< of each condition
  double learning_rate = 1e-3;
  std::uint64_t seed = 0;
  std::vector<std::string> positions = {};  ///< names of path_positions(); empty: all
};

/// One kind of positions: share of right answers by condition, a value a seed.
struct PathTaskRow {
  std::string positions;
  double learning_rate = 0;
  std::array<std::vector<double>, path_conditions.size()> accuracy;

  /// Mean over seeds.
  double mean(std::size_t condition) const;
};

/// Nodes of path graphs carry tokens, and a node's class is its predecessor's: one attention layer whose weights read
/// positions alone has to look one place back (AttentionModel). Trained on short paths from place 0 with each kind of
/// positions, tested under all conditions; first nodes are not asked. Adam. progress: called after each row.
/// Throws UsageError for unknown positions, listing the known ones, and for numbers that leave nothing to do.
std::vector<PathTaskRow> path_task(const PathTaskOptions& options,
                                   const std::function<void(const PathTaskRow&)>& progress = {});
/// A learned table, sinusoids, sinusoids with CAPE of several strengths, and two controls that must fail: a shift a
/// node in place of one a graph, and local shifts that lose the order.
const std::vector<std::string_view>& path_positions();

/// path_task for sinusoids without and with CAPE (global 100, local 0.5) at each learning rate: rows in that order.
std::vector<PathTaskRow> learning_rate_sweep(PathTaskOptions options, const std::vector<double>& learning_rates,
                                             const std::function<void(const PathTaskRow&)>& progress = {});

}  // namespace cairn::benchmarks
