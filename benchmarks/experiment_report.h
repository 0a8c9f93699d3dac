#pragma once

#include <string>
#include <vector>

#include "benchmarks/experiment_results.h"
#include "models/report/page.h"

namespace cairn::benchmarks {

/// A section of the benchmark in words: its tables, and what must hold of them.
struct ExperimentReport {
  /// A table with its heading.
  struct Table {
    std::string title;                            ///< "signals, 3 seeds"; "laws", where nothing is drawn
    std::string caption;                          ///< what was measured
    std::vector<std::vector<std::string>> cells;  ///< the first row is the heading
  };
  std::string section;
  std::string summary;
  std::vector<Table> tables;
  std::vector<LineChart> charts;
  std::vector<std::vector<std::string>> claims;  ///< claim, found, verdict; the first row is the heading; may be empty
};

/// All sections of which there are results, in their order. A figure is the mean over seeds, with its standard
/// deviation where there are several; "-" where some seed never gets there.
[[nodiscard]] std::vector<ExperimentReport> experiment_reports(const ExperimentResults& results);

/// The same as a page, with the curves.
[[nodiscard]] ReportPage experiment_page(const ExperimentResults& results);

}  // namespace cairn::benchmarks
