#pragma once

#include <cstdint>
#include <limits>
#include <map>

#include "models/search/selection.h"

namespace cairn {

struct TruthOptions {
  Index repeats = 3;  // trainings of an architecture from other weights
  Index steps = 120;
  double rate = 0.01;
  OptimizerOptions optimizer = {};
  std::uint64_t seed = 0;
};

/// Test score of the architecture after training it from the start, at the last step. repeat: decides the weights it
/// starts from. Throws NumericError where the loss is not finite.
double train_architecture(const MakeSupernet& make, const SearchObjective& objective, const Architecture& architecture,
                          const TruthOptions& options, Index repeat);

/// Mean test score over the repeats, of architectures by their number.
using Truth = std::map<Index, double>;

/// Trains architectures in the order of their numbers, those that `truth` holds already excepted: at most `budget` of
/// them (0: all). Returns false where budget or `stopped` ended it before all were trained; called again it goes on.
bool complete_truth(Truth& truth, const MakeSupernet& make, const SearchObjective& objective,
                    const TruthOptions& options, Index budget = 0, const Stopped& stopped = {});

/// Where a choice stands among all that the truth knows.
struct Standing {
  double score = std::numeric_limits<double>::quiet_NaN();
  double regret = 0;      // best score less this one
  Index rank = 0;         // architectures that are strictly better
  double percentile = 0;  // of the others, the share in percent that is worse, half of those that are equal
};
/// Throws Error where the truth lacks the architecture.
Standing standing(const Truth& truth, Index architecture);

}  // namespace cairn
