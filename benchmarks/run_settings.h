#pragma once

#include <map>
#include <string>

#include "models/config.h"

namespace cairn::benchmarks {

/// What decides the figures of a training besides its seed and number of anchors: the fields of its configuration, but
/// for those two, that are unlike TrainConfig{}.
[[nodiscard]] std::map<std::string, std::string> run_settings(const TrainConfig& config);

}  // namespace cairn::benchmarks
