#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "benchmarks/experiment_results.h"
#include "core/types.h"

namespace cairn::benchmarks {

/// What is measured.
struct ExperimentOptions {
  std::string data;               ///< folder of the real datasets; empty: what needs them is left out
  std::vector<std::string> only;  ///< sections; empty: all
  Index seeds = 0;                ///< 0: those of each section
  std::uint64_t seed = 0;         ///< the first
  Index epochs = 0;               ///< of trainings of models; 0: those of each model
  bool smoke = false;             ///< tiny sizes, 2 seeds: shows that all runs, not what holds
};

/// How far the benchmark is.
struct ExperimentProgress {
  Index done = 0;  ///< runs (a part of a section with a seed) of this call
  Index total = 0;
  std::string finished;  ///< "cape, sinusoid, seed 3"
};

/// What a caller wants to hear meanwhile. Calls come from the threads that work, never two at once.
struct ExperimentListener {
  std::function<void(const ExperimentResults&, const ExperimentProgress&)> finished;  ///< after each run
  std::function<bool()> stopped = [] { return false; };  ///< true: begin no more, give up trainings under way
};

/// Runs every section asked for of the experiment that `from` is of, with every seed. Runs are shared out over
/// thread_count() threads, each on one; sections that time themselves come last, alone and on all threads. Figures, but
/// for seconds, do not depend on it. from: what is known already, of an earlier call, or nothing; its rows are kept,
/// others are added. Throws UsageError for unknown sections (listing the known ones), sections asked for by name of
/// which all parts need data where there is none, and where `from` was measured at another size or with other settings;
/// InputError for data that is not what it should be; NumericError naming the run in which numbers went bad.
[[nodiscard]] ExperimentResults run_experiment(const ExperimentOptions& options, ExperimentResults from,
                                               const ExperimentListener& listener);

}  // namespace cairn::benchmarks
