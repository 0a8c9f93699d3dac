#pragma once

#include <cstdint>
#include <string>

#include "cli/json.h"
#include "cli/options.h"
#include "data/dataset.h"

namespace cairn::cli {

/// What every verb understands.
struct CommonOptions {
  std::string json;   // empty: none
  Index threads = 0;  // 0: what the machine offers
  bool quiet = false;
};
void declare(OptionList& options, CommonOptions& common);
/// Sets the threads, and finds out whether the outputs can be written before any work is done for them.
void prepare(const CommonOptions& common);

/// How a dataset is found and read.
struct DatasetOptions {
  std::string spec;  // folder, file or name of a synthetic one
  bool directed = false;
  std::string header = "auto";
};
void declare(OptionList& options, DatasetOptions& dataset);
/// Reads or makes the dataset; seed: of synthetic ones. Throws InputError where there is neither file nor name.
Dataset load_dataset(const DatasetOptions& options, std::uint64_t seed);
/// The table of synthetic datasets, for help.
void declare_dataset_names(OptionList& options);

/// --seed of verbs that draw nothing but synthetic datasets.
void declare_seed(OptionList& options, std::uint64_t& seed);

/// Throws OutputError where a file of that name cannot be written. Leaves no trace. Empty: nothing to find out.
void check_writable(const std::string& path);

/// "2,708 nodes, 5,278 edges, 1,433 features, 7 classes".
std::string counts_text(const Dataset& dataset);
/// {"name", "nodes", "edges", "features", "classes"}.
Json counts_json(const Dataset& dataset);

std::string_view version();

}  // namespace cairn::cli
