#pragma once

#include <string>

#include "core/types.h"

namespace cairn {

struct ScheduleOptions {
  std::string name = "constant";  // constant, step, cosine
  Index every = 100;              // step: epochs between two drops
  double factor = 0.1;            // step: at each drop
  double floor = 0;               // cosine: share of the first rate at the last epoch
};

/// Share of the first learning rate at an epoch, counted from 0, of `epochs`:
/// step: factor^floor(epoch / every); cosine: floor + (1 - floor) (1 + cos(pi epoch / epochs)) / 2.
/// Throws UsageError for an unknown name or values out of range.
double rate_share(const ScheduleOptions& options, Index epoch, Index epochs);

}  // namespace cairn
