#pragma once

#include <cstdint>
#include <string>

#include "cli/bench_runs.h"
#include "cli/common.h"
#include "cli/options.h"

namespace cairn::cli {

/// What `cairn bench search` takes to run the search of a cell alone, on any dataset with any table.
struct CellWords {
  std::string space;    ///< nas-bench-graph; empty: the sections
  std::string dataset;  ///< folder
  std::string table;    ///< of trained cells
};
void declare(OptionList& options, RunOptions& runs, CellWords& words);

/// Searches with every seed (--seeds, 5 by default), prints a row a way of choosing, and writes --json after each seed.
/// Returns the exit code. Throws UsageError for another space and where --dataset or --table is missing.
int bench_cells(const CellWords& words, const RunOptions& runs, bool smoke, std::uint64_t seed,
                const CommonOptions& common);

}  // namespace cairn::cli
