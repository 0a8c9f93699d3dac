#pragma once

#include <cstdint>

#include "benchmarks/position.h"
#include "cli/bench_runs.h"
#include "cli/common.h"
#include "cli/options.h"

namespace cairn::cli {

/// The options of `cairn bench position` alone: data, seeds and epochs are those of RunOptions.
void declare(OptionList& options, RunOptions& runs, benchmarks::PositionBenchOptions& bench);

/// Measures, prints the tables, writes --json after each run and --report, with what paths cost, at the end. smoke,
/// seed: options that `cairn bench` shares. Returns the exit code.
int bench_position(benchmarks::PositionBenchOptions bench, const RunOptions& runs, bool smoke, std::uint64_t seed,
                   const CommonOptions& common);

}  // namespace cairn::cli
