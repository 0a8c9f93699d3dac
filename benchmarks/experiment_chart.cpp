#include "benchmarks/experiment_chart.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "data/metrics.h"

namespace cairn::benchmarks {

LineChart chart_over(const ExperimentResults& results, std::string_view table, std::size_t label, std::size_t figure,
                     std::string heading) {
  const TableShape& shape = results.experiment->table_shape(table);
  LineChart chart;
  chart.heading = std::move(heading);
  chart.caption = "Mean over seeds; band: standard deviation.";
  chart.x_label = shape.labels[label];
  chart.y_label = shape.figures[figure];
  chart.log_x = true;
  for (const ResultRow& row : results.rows) {
    if (row.table != table || row.labels[label] == "-") continue;
    std::string name;
    for (std::size_t i = 0; i < row.labels.size(); ++i) {
      if (i != label) name += (name.empty() ? "" : " ") + row.labels[i];
    }
    auto line = std::find_if(chart.series.begin(), chart.series.end(), [&](const Series& s) { return s.name == name; });
    if (line == chart.series.end()) {
      chart.series.push_back({.name = name, .x = {}, .y = {}, .spread = {}});
      line = chart.series.end() - 1;
    }
    std::vector<double> values;
    for (const auto& [seed, value] : row.figures[figure]) values.push_back(value);
    line->x.push_back(std::stod(row.labels[label]));
    line->y.push_back(mean_of(row.figures[figure]));
    line->spread.push_back(mean_std(values).std);
  }
  // A single point is no curve.
  std::erase_if(chart.series, [](const Series& series) { return series.x.size() < 2; });
  return chart;
}

}  // namespace cairn::benchmarks
