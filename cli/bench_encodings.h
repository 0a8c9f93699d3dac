#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/bench_runs.h"
#include "cli/common.h"
#include "cli/options.h"

namespace cairn::cli {

/// The options of `cairn bench encodings` alone.
struct EncodingBenchWords {
  std::vector<std::string> only;  ///< sections; empty: all
};
void declare(OptionList& options, RunOptions& runs, EncodingBenchWords& words);

/// Measures, prints the tables and what must hold of them, writes --json after each run and --report at the end. smoke,
/// seed: options that `cairn bench` shares. Returns the exit code: claims that do not hold are printed and change
/// nothing about it.
int bench_encodings(const EncodingBenchWords& words, const RunOptions& runs, bool smoke, std::uint64_t seed,
                    const CommonOptions& common);

}  // namespace cairn::cli
