#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/types.h"

/// Train on small graphs, predict on larger ones: what CAPE is worth to distances from anchors.
namespace cairn::benchmarks {

/// What the experiment is run with.
struct SizeTransferOptions {
  Index seeds = 10;
  Index steps = 1500;
  Index batch = 4;  ///< graphs a step
  Index training_graphs = 32;
  Index test_graphs = 8;     ///< of each size
  Index anchors = 8;         ///< axes
  double global_shift = 50;  ///< of CAPE, in hops
  double local_shift = 0.5;  ///< of CAPE, in hops
  double learning_rate = 3e-3;
  std::uint64_t seed = 0;
  bool smoke = false;  ///< grids alone, at the trained and the next size
};

/// Test errors over the variance (NMSE) on graphs of one size, a value a seed; pairs share graphs, anchors and weights.
struct SizeTransferRow {
  std::string graphs;    ///< "grid 16x16"
  bool trained = false;  ///< whether training graphs are of this size
  std::vector<double> without;
  std::vector<double> with;

  double mean_without() const;
  double mean_with() const;
  /// Mean over seeds of without - with, and its standard error: above two of them CAPE is better.
  double mean_gain() const;
  double gain_error() const;
};

/// Nodes carry random numbers, and each is to say the mean over itself and its neighbors: one attention layer whose
/// weights read sinusoids of the distances from farthest anchors alone has to find out who is near (AttentionModel).
/// Trained on grids of 8x8 and random geometric graphs of 64 nodes (each family by itself, about 8 neighbors a node),
/// tested on new graphs of that size, and of 4 and 9 times as many nodes. progress: called after each seed of a family.
/// Throws UsageError for numbers that leave nothing to do.
std::vector<SizeTransferRow> size_transfer(
    const SizeTransferOptions& options, const std::function<void(const std::vector<SizeTransferRow>&)>& progress = {});

}  // namespace cairn::benchmarks
