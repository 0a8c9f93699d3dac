#pragma once

#include <span>
#include <string_view>

#include "models/config.h"

namespace cairn {

/// The settings that a model is published with, or that we measured to be good; the same for every dataset.
/// Throws UsageError for an unknown model, listing the known ones.
TrainConfig default_config(std::string_view model);
std::span<const std::string_view> model_names();
/// What help says of a model. Throws UsageError as above.
std::string_view model_summary(std::string_view model);

}  // namespace cairn
