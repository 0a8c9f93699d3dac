/// @file
/// What `cairn bench encodings` found so far, and with it the state from which it goes on.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/paired.h"
#include "core/types.h"

namespace cairn::benchmarks {

/// Heads of a table of figures.
struct TableShape {
  std::string_view name;                  ///< "signals": what rows and JSON call it
  std::string_view caption;               ///< what was measured, in a sentence or two
  std::vector<std::string_view> labels;   ///< columns that say what a row is about
  std::vector<std::string_view> figures;  ///< columns of numbers
};

/// A row as one run of one seed leaves it. A figure is never NaN; infinity says "never".
struct MeasuredRow {
  std::string_view table;
  std::vector<std::string> labels;  ///< one for each of the table's labels
  std::vector<double> figures;      ///< one for each of the table's figures
};

/// A row of a table: its figures by seed.
struct EncodingRow {
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
struct EncodingResults {
  bool smoke = false;
  std::vector<FinishedRun> runs;
  std::vector<EncodingRow> rows;
  std::vector<std::string> left_out;  ///< "data, cora/node: needs --data DIR", for people

  /// The run of that section, part and seed; null where there is none.
  [[nodiscard]] const FinishedRun* find_run(std::string_view section, std::string_view part, std::uint64_t seed) const;
  /// The row with these labels; null where there is none.
  [[nodiscard]] const EncodingRow* find(std::string_view table, const std::vector<std::string>& labels) const;
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

/// The machine's copy, which encodings_from_json takes up again: {"benchmark": "encodings", "version", "smoke", "rows",
/// "claims", "runs", "left_out"}. Numbers survive without loss; infinity is null.
[[nodiscard]] std::string to_json(const EncodingResults& results);
/// path: for messages. Throws InputError where the text is not what to_json writes.
[[nodiscard]] EncodingResults encodings_from_json(const std::string& text, const std::string& path);

}  // namespace cairn::benchmarks
