#pragma once

#include <cstdint>
#include <string_view>

#include "models/config.h"
#include "models/problem.h"

namespace cairn::benchmarks {

struct UntrainedResult {
  Metrics validation;
  Metrics test;
};

/// The rows of a control that learns nothing, in the order of the nodes of `data`, which is what models may see
/// (Problem::data).
///
///   untrained-distance  [N, K], 1 / (d_a(u) + 1) for gir's anchors of the seed, 0 where unreached; a pair is scored by
///                       minus the L1 distance of its rows;
///   untrained-sets      the same for P-GNN's random sets;
///   common-neighbors    [N, N], 1 where there is an arc; a pair is scored by the product of its rows.
///
/// config: with the anchor strategy of the model whose anchors are shared. Throws UsageError for another name, and for
/// common-neighbors on more than 8,192 nodes.
Tensor untrained_rows(std::string_view control, const Dataset& data, const Problem& problem, const TrainConfig& config,
                      std::uint64_t seed);

/// What the control says of the pairs that a training with `config` (of the task link or pair) would be judged by.
/// Throws as make_problem and untrained_rows.
UntrainedResult untrained_result(std::string_view control, const Dataset& dataset, TrainConfig config);

}  // namespace cairn::benchmarks
