#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/experiment.h"
#include "cli/bench_runs.h"
#include "cli/common.h"
#include "cli/options.h"

namespace cairn::cli {

/// The options of benchmarks that are experiments alone.
struct ExperimentWords {
  std::vector<std::string> only;  ///< sections; empty: all
};
void declare(OptionList& options, RunOptions& runs, ExperimentWords& words);

/// Measures, prints the tables and what must hold of them, writes --json after each run and --report at the end. smoke,
/// seed: options that `cairn bench` shares. Returns the exit code: claims that do not hold are printed and change
/// nothing about it.
int bench_experiment(const benchmarks::Experiment& experiment, const ExperimentWords& words, const RunOptions& runs,
                     bool smoke, std::uint64_t seed, const CommonOptions& common);

}  // namespace cairn::cli
