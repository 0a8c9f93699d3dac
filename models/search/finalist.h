#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/training.h"

namespace cairn {

/// A configuration that is trained from the start, seed after seed, to be compared with others.
struct Finalist {
  std::string origin;  // who proposes it: "perturbation", "magnitude", "random", "fixed", joined by ", "
  TrainConfig config;
  std::vector<SeedResult> results;  // of finished seeds
  NamedTensors state = {};          // of its training, between two seeds; empty: not begun
};

/// Mean over the seeds of the validation score that its task finds the best epoch by, and of the tie-break.
EpochQuality mean_quality(const Finalist& finalist);
/// The highest score, then the highest tie-break.
bool better(const EpochQuality& a, const EpochQuality& b);

/// Adds a configuration, or, where an equal one is there already, another proposer of it.
void propose(std::vector<Finalist>& finalists, const std::string& origin, const TrainConfig& config);

/// Numbers of the finalists that train another seed after `rounds` ones: of those with so many results a third, rounded
/// up, but at least two, the best by mean validation quality; all before the first.
std::vector<std::size_t> next_round(const std::vector<Finalist>& finalists, Index rounds);

}  // namespace cairn
