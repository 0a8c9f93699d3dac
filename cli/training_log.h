#pragma once

#include <string>
#include <vector>

#include "models/training_record.h"

namespace cairn::cli {

/// Writes a csv row an epoch: seed, epoch, learning rate, training loss and, where there are validation nodes, their
/// figures. Whole or not at all. Throws OutputError.
void write_training_log(const std::string& path, const std::vector<LoggedEpoch>& history);

}  // namespace cairn::cli
