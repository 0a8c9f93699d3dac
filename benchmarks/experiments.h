#pragma once

#include <vector>

#include "benchmarks/experiment.h"

namespace cairn::benchmarks {

/// The table of experiments: what `cairn bench` offers besides timings and `position`.
[[nodiscard]] const std::vector<const Experiment*>& experiments();

}  // namespace cairn::benchmarks
