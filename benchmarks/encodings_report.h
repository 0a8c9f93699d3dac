#pragma once

#include <string>
#include <vector>

#include "benchmarks/encodings_results.h"
#include "models/report/page.h"

namespace cairn::benchmarks {

/// A section of the benchmark in words: its tables, and what must hold of them.
struct EncodingReport {
  /// A table with its heading.
  struct Table {
    std::string title;                            ///< "signals, 3 seeds"; "laws", where nothing is drawn
    std::string caption;                          ///< what was measured
    std::vector<std::vector<std::string>> cells;  ///< the first row is the heading
  };
  std::string section;
  std::string summary;
  std::vector<Table> tables;
  std::vector<std::vector<std::string>> claims;  ///< claim, found, verdict; the first row is the heading; may be empty
};

/// All sections of which there are results, in their order. A figure is the mean over seeds, with its standard
/// deviation where there are several; "-" where some seed never gets there.
[[nodiscard]] std::vector<EncodingReport> encoding_reports(const EncodingResults& results);

/// The same as a page, with the curves over the width.
[[nodiscard]] ReportPage encoding_page(const EncodingResults& results);

}  // namespace cairn::benchmarks
