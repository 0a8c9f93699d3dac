#pragma once

#include <cstdint>

#include "benchmarks/position.h"
#include "cli/bench_runs.h"
#include "cli/common.h"
#include "cli/options.h"

namespace cairn::cli {

/// The options of `cairn bench position` alone.
struct PositionOptions {
  benchmarks::PositionBenchOptions bench;  // data, seeds and epochs are those of RunOptions
  bool cost = false;                       // of distances and paths, against anchors and arcs: for the report
};
void declare(OptionList& options, RunOptions& runs, PositionOptions& position);

/// Measures, prints the tables, writes --json after each run and --report at the end. smoke, seed: options that
/// `cairn bench` shares. Returns the exit code.
int bench_position(PositionOptions options, const RunOptions& runs, bool smoke, std::uint64_t seed,
                   const CommonOptions& common);

}  // namespace cairn::cli
