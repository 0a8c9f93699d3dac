/// @file
/// The search of a cell of NAS-Bench-Graph, judged by a table of trained ones.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"
#include "models/search/cell_search.h"
#include "models/search/truth.h"

namespace cairn::benchmarks {

/// Test scores of trained cells by their keys, from a file with the columns key and test (and others).
/// Throws InputError with the line for missing columns, keys and scores that are no numbers, and a key that stands
/// there twice.
[[nodiscard]] Truth read_cell_table(const std::string& path);

/// What one way of choosing a cell came to.
struct CellChoice {
  Cell cell;
  Standing standing;   ///< in the table
  double seconds = 0;  ///< of search, selection and training
};

/// The ways that are compared, with one seed.
struct CellComparison {
  CellChoice perturbation;
  CellChoice magnitude;
  CellChoice random;  ///< the best by validation of as many random cells as train in the seconds of perturbation
  Index random_cells = 0;
};
/// As a cell is searched; the smallest at smoke size.
[[nodiscard]] CellSearchOptions cell_search_options(bool smoke);
/// "perturbation", "magnitude", "random".
[[nodiscard]] const std::vector<std::string_view>& cell_selections();
[[nodiscard]] const CellChoice& choice_of(const CellComparison& comparison, std::string_view selection);

/// Searches on the dataset's first split, or where it has none on 20 nodes of each class, with 30 a class to validate.
/// The test part is not looked at. table: for messages. Nothing where `stopped` said so. Throws InputError for a
/// dataset without classes or features, and where the table lacks a cell that is chosen.
[[nodiscard]] std::optional<CellComparison> compare_cells(const Dataset& dataset, const Truth& truth,
                                                          const std::string& table, const CellSearchOptions& options,
                                                          std::uint64_t seed, const std::function<bool()>& stopped);

}  // namespace cairn::benchmarks
