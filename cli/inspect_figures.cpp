#include "cli/inspect_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"

namespace cairn::cli {

namespace {

constexpr std::array<double, 5> swept_widths{0.25, 0.5, 1, 2, 4};  // times the suggested one

std::vector<double> widths_of_curve(const Inspection& inspection) {
  std::vector<double> widths;
  for (const double part : swept_widths) widths.push_back(part * inspection.coordinates.suggested_width);
  if (inspection.embedding.empty()) widths.push_back(inspection.encoding.width);
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  return widths;
}

}  // namespace

Inspection inspect(const Dataset& dataset, InspectedCoordinates coordinates, const InspectOptions& options,
                   const std::function<void(const std::string&)>& tell) {
  Inspection result;
  result.coordinates = std::move(coordinates);
  result.embedding = options.embedding;
  result.encoding = options.encoding;
  if (!(result.encoding.width > 0)) result.encoding.width = result.coordinates.suggested_width;
  result.subject = result.embedding.empty()
                       ? fmt::format("{} of {}", encoding_text(result.encoding), result.coordinates.source)
                       : result.embedding;
  tell("pairs of nodes");
  const DistancePairs pairs = sample_report_pairs(dataset.graph, dataset.graph_of_node, options.report);
  const auto report_of = [&](const Tensor& rows) { return report_embedding(dataset.graph_of_node, rows, pairs); };

  tell(result.subject);
  const Coordinates& places = result.coordinates.values;
  {
    const Tensor rows = result.embedding.empty() ? encoded_rows(result.encoding, places) : options.rows;
    result.columns = rows.columns();
    result.report = report_of(rows);
  }

  result.swept = result.encoding;
  if (result.swept.name == "raw") result.swept.name = "gaussian";
  if (!options.sweep) return result;
  const bool on_curve = result.embedding.empty() && result.swept.name == result.encoding.name;
  for (const double width : widths_of_curve(result)) {
    if (on_curve && width == result.encoding.width) {
      result.trade_off.push_back({width, result.columns, result.report, {}});
      continue;
    }
    EncodingOptions encoding = result.swept;
    encoding.width = width;
    tell(encoding_text(encoding));
    TradeOffPoint point;
    point.width = width;
    try {
      const Tensor rows = encoded_rows(encoding, places);
      point.columns = rows.columns();
      point.report = report_of(rows);
    } catch (const UsageError& error) {
      point.not_measured = error.what();
    }
    result.trade_off.push_back(std::move(point));
  }
  return result;
}

}  // namespace cairn::cli
