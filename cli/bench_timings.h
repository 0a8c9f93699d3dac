#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/json.h"
#include "models/report/line_chart.h"

namespace cairn::cli {

/// What a subject of `cairn bench` leaves that is timed once: results for --json, curves for --report.
struct Timings {
  Json results;
  std::vector<LineChart> charts;  // empty: it has none
};

/// A subject that is timed: its name, a line about it, and what measures and prints it.
struct TimedSubject {
  std::string_view name;
  std::string_view summary;
  Timings (*run)(bool smoke, std::uint64_t seed, Console& console) = nullptr;
  bool has_charts = false;
};

/// paths, scale, kernels, parse.
const std::vector<TimedSubject>& timed_subjects();

}  // namespace cairn::cli
