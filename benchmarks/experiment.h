/// @file
/// What a benchmark is made of that consists of many runs with seeds: `cairn bench encodings` and others.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/table_shape.h"
#include "core/types.h"
#include "models/report/line_chart.h"

namespace cairn::benchmarks {

class ClaimList;
struct ExperimentResults;

/// What decides how parts are run.
struct PartOptions {
  std::string data;  ///< folder of the real datasets; empty: none
  Index epochs = 0;  ///< of trainings; 0: those of each model
  bool smoke = false;
};

/// A part of a section: what is run for one seed at a time.
struct ExperimentPart {
  std::string name;      ///< unique in its section
  std::string settings;  ///< what decides its figures besides the seed, where options do
  std::string missing;   ///< why it cannot be run: "needs --data DIR with a folder cora"; empty: it can
  /// Nothing where `stopped` said so meanwhile; only parts that train for minutes ask.
  std::function<std::optional<std::vector<MeasuredRow>>(std::uint64_t seed, const std::function<bool()>& stopped)> run;
};

/// One family of measurements: its tables, its parts, and what must hold.
struct ExperimentSection {
  std::string_view name;     ///< as `--only` has it
  std::string_view summary;  ///< one line
  Index seeds = 0;           ///< by default; 0: nothing is drawn, one run
  bool alone = false;        ///< times itself on all threads: when nothing else runs
  std::vector<TableShape> tables;
  /// All parts in the order of the tables, whether their data is there or not.
  std::vector<ExperimentPart> (*parts)(const PartOptions& options);
  /// Adds what must hold, and findings.
  void (*claim)(const ExperimentResults& results, ClaimList& claims);
  /// Curves for the page; null: none.
  std::vector<LineChart> (*charts)(const ExperimentResults& results) = nullptr;
};

/// A benchmark: what `cairn bench NAME` measures.
struct Experiment {
  std::string_view name;     ///< also in its files: "encodings"
  std::string_view summary;  ///< one line, for `cairn bench --help`
  std::string_view title;    ///< of its page
  std::vector<ExperimentSection> sections;

  /// The shape of a table of some section. Throws Error for an unknown one.
  [[nodiscard]] const TableShape& table_shape(std::string_view table) const;
};

}  // namespace cairn::benchmarks
