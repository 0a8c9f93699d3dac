#include "optim/schedule.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

#include "core/error.h"

namespace cairn {

double rate_share(const ScheduleOptions& options, Index epoch, Index epochs) {
  if (options.name == "constant") return 1;
  if (options.name == "step") {
    if (options.every < 1) throw UsageError("schedule: expected at least 1 epoch between two steps");
    if (!(options.factor > 0 && options.factor <= 1)) throw UsageError("schedule: expected a factor in (0, 1]");
    const Index drops = epoch / options.every;
    return std::pow(options.factor, static_cast<double>(drops));
  }
  if (options.name == "cosine") {
    if (!(options.floor >= 0 && options.floor <= 1)) throw UsageError("schedule: expected a floor in [0, 1]");
    const double turn = static_cast<double>(epoch) / static_cast<double>(std::max<Index>(1, epochs));
    return options.floor + (1 - options.floor) * (1 + std::cos(std::numbers::pi * turn)) / 2;
  }
  constexpr std::array<std::string_view, 3> known{"constant", "step", "cosine"};
  throw_unknown_name("schedule", options.name, known);
}

}  // namespace cairn
