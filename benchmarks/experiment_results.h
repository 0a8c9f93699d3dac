/// @file
/// What a benchmark of many runs found so far, and with it the state from which it goes on.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/experiment.h"
#include "benchmarks/paired.h"
#include "benchmarks/table_shape.h"
#include "core/types.h"

namespace cairn::benchmarks {

/// A row of a table: its figures by seed.
struct ResultRow {
  std::string table;
  std::vector<std::string> labels;
  std::array<Index, 2> place{0, 0};  ///< part of its section, row of that part: the order of the table
  std::vector<SeedValues> figures;   ///< one for each of the table's figures
};

/// A part of a section that was run with a seed.
struct FinishedRun {
  std::string section;
  std::string part;
  std::uint64_t seed = 0;
  std::string settings;  ///< what decides its figures besides the seed
  double seconds = 0;
};

/// Rows stand in the order of the tables, whatever the order of work was.
struct ExperimentResults {
  /// experiment: outlives them.
  explicit ExperimentResults(const Experiment& of) : experiment(&of) {}

  const Experiment* experiment;
  bool smoke = false;
  std::vector<FinishedRun> runs;
  std::vector<ResultRow> rows;
  std::vector<std::string> left_out;  ///< "data, cora/node: needs --data DIR", for people

  /// The run of that section, part and seed; null where there is none.
  [[nodiscard]] const FinishedRun* find_run(std::string_view section, std::string_view part, std::uint64_t seed) const;
  /// The row with these labels; null where there is none.
  [[nodiscard]] const ResultRow* find(std::string_view table, const std::vector<std::string>& labels) const;
  /// Values by seed of a figure of that row: an empty map where there is no such row. figure: from 0.
  [[nodiscard]] const SeedValues& values(std::string_view table, const std::vector<std::string>& labels,
                                         std::size_t figure) const;
  /// Their mean: NaN where there are none, infinite where one is.
  [[nodiscard]] double mean(std::string_view table, const std::vector<std::string>& labels, std::size_t figure) const;

  /// Takes in what part number `part` of its section found with run.seed. A run that is known replaces nothing.
  /// Throws ShapeError for rows that do not fit the table's known rows, NumericError for a NaN.
  void add(FinishedRun run, Index part, const std::vector<MeasuredRow>& measured);
};

/// Mean over seeds; NaN for none.
[[nodiscard]] double mean_of(const SeedValues& values);

/// The machine's copy, which results_from_json takes up again: {"benchmark": name, "version", "smoke", "rows",
/// "claims", "runs", "left_out"}. Numbers survive without loss; infinity is null.
[[nodiscard]] std::string to_json(const ExperimentResults& results);
/// path: for messages. Throws InputError where the text is not what to_json writes of that experiment.
[[nodiscard]] ExperimentResults results_from_json(const Experiment& experiment, const std::string& text,
                                                  const std::string& path);

}  // namespace cairn::benchmarks
