#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "optim/optimizer.h"

namespace cairn {

/// An optimizer by its name in the table: sgd, adam, adamw.
/// Throws UsageError for an unknown name, a negative decay or epsilon, or averages outside [0, 1).
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options);
std::span<const std::string_view> optimizer_names();

}  // namespace cairn
