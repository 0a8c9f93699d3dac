#pragma once

#include <string>
#include <vector>

#include "benchmarks/position.h"
#include "cli/common.h"
#include "cli/options.h"

namespace cairn::cli {

/// The options of `cairn bench position`.
struct PositionOptions {
  benchmarks::PositionBenchOptions bench;
  bool resume = false;
  bool cost = false;  // of distances and paths, against anchors and arcs: for the report
  std::string report;
  std::vector<std::string> given;  // of these options, those that have a value: other subjects refuse them
};
void declare(OptionList& options, PositionOptions& position);

/// Measures, prints the tables, writes --json after each run and --report at the end. smoke, seed: options that
/// `cairn bench` shares. Returns the exit code.
int bench_position(PositionOptions options, bool smoke, std::uint64_t seed, const CommonOptions& common);

}  // namespace cairn::cli
