#pragma once

#include <memory>

#include "models/config.h"
#include "models/model.h"

namespace cairn {

/// The model that a configuration describes, for features of `in` columns, with `out` columns to give.
/// The same parameters for the same rng, whatever else was built before. Throws UsageError for an unknown name.
std::unique_ptr<Model> make_model(const TrainConfig& config, Index in, Index out, const Rng& rng);

}  // namespace cairn
