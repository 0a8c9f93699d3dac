#pragma once

#include <cstdint>
#include <vector>

#include "models/trainer.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// What a seed ended with: the figures of its best validation epoch.
struct SeedResult {
  std::uint64_t seed = 0;
  Index epochs_run = 0;
  Index best_epoch = 0;
  EpochQuality quality;
  Metrics train;
  Metrics validation;  // empty without validation nodes
  Metrics test;        // empty without test nodes
};

/// An epoch of a run, for logs.
struct LoggedEpoch {
  std::uint64_t seed = 0;
  EpochRecord record;
};

void save_results(const std::vector<SeedResult>& results, NamedTensors& to);
/// Throws Error naming what is missing or does not fit.
std::vector<SeedResult> load_results(const NamedTensors& from);

void save_history(const std::vector<LoggedEpoch>& history, NamedTensors& to);
std::vector<LoggedEpoch> load_history(const NamedTensors& from);

}  // namespace cairn
