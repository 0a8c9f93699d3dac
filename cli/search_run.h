#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/options.h"
#include "data/dataset.h"
#include "models/search/model_search.h"

namespace cairn::cli {

/// What a user says of a search.
struct SearchWords {
  std::string space_file;  // empty: the default space
  std::string method = "darts";
  std::string selection = "perturbation";
  std::string criterion = "loss";
  Index steps = 0;           // of the supernet; 0: by default
  double max_seconds = 0;    // 0: no limit
  double max_megabytes = 0;  // likewise
};

/// The options of a search, for the verb `search`.
void declare_search(OptionList& options, SearchWords& words);

/// given: fields of configurations that were set; task, seed and seeds are those of `config`.
/// Throws UsageError for unknown names, InputError for the space file.
ModelSearchOptions search_options(const SearchWords& words, const TrainConfig& config, const ConfigSettings& given);

/// Seconds that went into each part of a search.
struct SearchTimes {
  double preparing = 0;  // features, coordinates, paths
  double supernet = 0;
  double selection = 0;
  std::vector<double> finalists;   // each of its seeds together
  std::vector<double> first_seed;  // its first seed alone
  double total() const;
};

enum class SearchEnd : std::uint8_t { finished, out_of_time, interrupted };
std::string_view to_string(SearchEnd end);

/// Throws UsageError where a search would hold more than --max-memory, before any of it is made.
void check_memory(const Dataset& dataset, const ModelSearchOptions& options, const SearchWords& words);

/// Runs a search to its end, or to where time or a signal stops it; says beforehand where time will not do. save:
/// called now and then.
SearchEnd run_search(ModelSearch& search, const SearchWords& words, SearchTimes& times, Console& console,
                     const std::function<void()>& save);

}  // namespace cairn::cli
