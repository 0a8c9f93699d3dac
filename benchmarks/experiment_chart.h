#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "benchmarks/experiment_results.h"
#include "models/report/line_chart.h"

namespace cairn::benchmarks {

/// A line a kind of rows of a table: one of its figures over the numbers in one of its labels, where lines are told
/// apart by the other labels. Rows with "-" for a number are left out, and lines of a single point. label, figure: from
/// 0. Throws Error for an unknown table.
[[nodiscard]] LineChart chart_over(const ExperimentResults& results, std::string_view table, std::size_t label,
                                   std::size_t figure, std::string heading);

}  // namespace cairn::benchmarks
