#pragma once

#include <optional>
#include <string>

#include "cli/json.h"
#include "models/memory_plan.h"

namespace cairn::cli {

/// What this process holds at its peak when it trains.
struct ProcessPlan {
  MemoryPlan run;
  Index base_bytes = 0;  // program and dataset
  Index peak_bytes = 0;  // of the process: as peak_memory_bytes() will find it
};

/// The plan of a run on a dataset that has been read. Takes milliseconds to seconds.
ProcessPlan plan_process(const Dataset& dataset, const TrainConfig& config, const std::optional<Coordinates>& given,
                         const MemoryPlanOptions& options);

/// The configuration with which the process stays within `megabytes`; see within_memory.
TrainConfig within_megabytes(const Dataset& dataset, const TrainConfig& config, double megabytes,
                             const std::optional<Coordinates>& given, const MemoryPlanOptions& options);

std::string plan_text(const ProcessPlan& plan);
Json plan_json(const ProcessPlan& plan);

}  // namespace cairn::cli
