#include "cli/inspect_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"

namespace cairn::cli {

namespace {

constexpr double likeness_of_reach = 0.1;                             // as reach() has it
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();  // null in JSON

/// A figure with its name and what its value says.
struct Figure {
  std::string name;
  std::string value;
  std::string meaning;
};

std::string number(double value) {
  if (std::isnan(value)) return "-";
  return std::isinf(value) ? "infinite" : fmt::format("{:.4g}", value);
}

/// Figures that compare distances are not known without pairs.
double compared(const EmbeddingReport& report, double value) { return report.pairs > 0 ? value : unknown; }

/// ">=" where the likeness never falls so far: reach is then the largest distance.
std::string reach_text(const EmbeddingReport& report) {
  const std::vector<double>& kernel = report.curve.kernel;
  const bool falls =
      std::any_of(kernel.begin(), kernel.end(), [](double cosine) { return cosine <= likeness_of_reach; });
  const std::string text = number(compared(report, report.reach));
  return falls || report.pairs == 0 ? text : ">= " + text;
}

std::vector<Figure> figures_of(const Inspection& found) {
  const EmbeddingReport& report = found.report;
  const AnchorCoverage& coverage = found.coordinates.coverage;
  const Index rows = found.coordinates.values.node_count();
  return {
      {"stable rank", number(report.stable_rank),
       fmt::format("1: all rows on a line, at most {}: how varied a signal a linear readout can follow",
                   grouped(std::min(rows, found.columns)))},
      {"reach", reach_text(report), "hops until the likeness of two rows has fallen to a tenth"},
      {"rank correlation", number(compared(report, report.rank_correlation)),
       "1: farther nodes have farther rows, 0: their distance says nothing"},
      {"distortion, mean", number(compared(report, report.distortion.mean)),
       "relative error of distances between rows, against the best multiple of hops"},
      {"distortion, worst", number(compared(report, report.distortion.worst)),
       "largest over smallest stretch; infinite: two nodes of a compared pair share their row"},
      {"collisions", grouped(report.collisions),
       fmt::format("of {} nodes: those whose row another node of their graph has too", grouped(rows))},
      {"anchor coverage", fmt::format("{:.1f} %", 100 * coverage.nodes),
       fmt::format("of the nodes are reached by one of {} anchors a graph or more; {:.1f} % of all nodes and anchors",
                   grouped(found.coordinates.anchors), 100 * coverage.pairs)},
      {"nearest anchor", number(coverage.mean_nearest),
       fmt::format("away on average, {} at most, where one is reached", number(coverage.worst_nearest))},
      {"suggested width", number(found.coordinates.suggested_width),
       fmt::format("of an encoding of {}, in their units", found.coordinates.source)}};
}

/// What a width of the curve is besides.
std::string remark_on(double width, const Inspection& found) {
  const bool own = found.embedding.empty() && found.encoding.name == found.swept.name && width == found.encoding.width;
  const bool suggested = width == found.coordinates.suggested_width;
  return own && suggested ? "this one, as suggested" : own ? "this one" : suggested ? "suggested" : "";
}

/// The header, then a row a width.
std::vector<std::vector<std::string>> trade_off_cells(const Inspection& found) {
  std::vector<std::vector<std::string>> rows{
      {"width", "columns", "stable rank", "reach", "rank correlation", "mean distortion", "collisions", ""}};
  for (const TradeOffPoint& point : found.trade_off) {
    const EmbeddingReport& report = point.report;
    if (!point.not_measured.empty()) {
      rows.push_back({number(point.width), "-", "-", "-", "-", "-", "-", remark_on(point.width, found)});
      continue;
    }
    rows.push_back({number(point.width), grouped(point.columns), number(report.stable_rank), reach_text(report),
                    number(compared(report, report.rank_correlation)), number(compared(report, report.distortion.mean)),
                    grouped(report.collisions), remark_on(point.width, found)});
  }
  return rows;
}

std::string swept_text(const Inspection& found) {
  return fmt::format("{} encoding ({}) of {} by its width", found.swept.name,
                     found.swept.mode == EncodingMode::product ? "product" : "simple", found.coordinates.source);
}

/// What the figures leave out, a sentence each.
std::vector<std::string> notes_of(const Inspection& found) {
  std::vector<std::string> notes;
  if (!found.has_pairs()) {
    notes.emplace_back("No path joins two nodes: reach, rank correlation and distortion are not known.");
  }
  for (const TradeOffPoint& point : found.trade_off) {
    if (!point.not_measured.empty()) {
      notes.push_back(fmt::format("Width {} was not measured: {}.", number(point.width), point.not_measured));
    }
  }
  return notes;
}

Json distortion_json(const EmbeddingReport& report) {
  return Json::object()
      .set("mean", compared(report, report.distortion.mean))
      .set("worst", compared(report, report.distortion.worst));
}

Json curve_json(const Inspection& found) {
  Json curve = Json::array();
  for (const TradeOffPoint& point : found.trade_off) {
    Json row = Json::object();
    row.set("width", point.width);
    if (!point.not_measured.empty()) {
      curve.add(row.set("not_measured", point.not_measured));
      continue;
    }
    const EmbeddingReport& report = point.report;
    curve.add(row.set("columns", point.columns)
                  .set("stable_rank", report.stable_rank)
                  .set("reach", compared(report, report.reach))
                  .set("rank_correlation", compared(report, report.rank_correlation))
                  .set("distortion", distortion_json(report))
                  .set("collisions", report.collisions));
  }
  return curve;
}

Json kernel_json(const KernelCurve& curve) {
  Json points = Json::array();
  for (std::size_t i = 0; i < curve.distances.size(); ++i) {
    points.add(
        Json::object().set("distance", curve.distances[i]).set("cosine", curve.kernel[i]).set("pairs", curve.pairs[i]));
  }
  return points;
}

Json encoding_json(const EncodingOptions& encoding) {
  return Json::object()
      .set("name", encoding.name)
      .set("mode", encoding.mode == EncodingMode::product ? "product" : "simple")
      .set("width", encoding.width)
      .set("landmarks", encoding.landmarks);
}

/// figure(report) over the stable rank: the curve, and in a ring what was inspected.
template <class Value>
LineChart trade_off_chart(const Inspection& found, std::string heading, std::string y_label, const Value& value) {
  LineChart chart;
  chart.heading = std::move(heading);
  chart.x_label = "stable rank";
  chart.y_label = std::move(y_label);
  chart.log_x = true;
  Series curve;
  curve.name = swept_text(found);
  for (const TradeOffPoint& point : found.trade_off) {
    if (!point.not_measured.empty()) continue;  // the page's notes say so
    curve.x.push_back(point.report.stable_rank);
    curve.y.push_back(value(point.report));
  }
  Series own;
  own.name = found.subject;
  own.ringed = true;
  own.x = {found.report.stable_rank};
  own.y = {value(found.report)};
  if (!curve.x.empty()) {
    chart.caption = fmt::format("Each point is a width, {} to {}, in this order along the line.",
                                number(found.trade_off.front().width), number(found.trade_off.back().width));
    chart.series.push_back(std::move(curve));
  }
  chart.series.push_back(std::move(own));
  return chart;
}

LineChart likeness_chart(const Inspection& found) {
  const KernelCurve& kernel = found.report.curve;
  LineChart chart;
  chart.heading = "Likeness by distance";
  chart.caption = "Mean cosine of the rows of nodes so many hops apart. Where it falls to a tenth is the reach.";
  chart.x_label = "hops";
  chart.y_label = "mean cosine";
  Series likeness;
  likeness.name = found.subject;
  likeness.x = kernel.distances;
  likeness.y = kernel.kernel;
  Series tenth;
  tenth.name = "a tenth";
  tenth.x = {kernel.distances.front(), kernel.distances.back()};
  tenth.y = {likeness_of_reach, likeness_of_reach};
  chart.series = {std::move(likeness), std::move(tenth)};
  return chart;
}

ReportTable figures_table(const Inspection& found) {
  ReportTable table;
  table.heading = "Where it stands";
  table.columns = {"figure", "value", "meaning"};
  for (Figure& figure : figures_of(found)) {
    table.rows.push_back({std::move(figure.name), std::move(figure.value), std::move(figure.meaning)});
  }
  return table;
}

ReportTable trade_off_table(const Inspection& found) {
  ReportTable table;
  table.heading = "By width";
  table.caption = swept_text(found) + ".";
  table.rows = trade_off_cells(found);
  table.columns = std::move(table.rows.front());
  table.columns.back() = "remark";
  table.rows.erase(table.rows.begin());
  return table;
}

}  // namespace

std::string inspection_text(const Inspection& found) {
  std::string text = fmt::format("{}: {} columns\n", found.subject, grouped(found.columns));
  for (const Figure& figure : figures_of(found)) {
    text += fmt::format("{:<18} {:>9}  {}\n", figure.name, figure.value, figure.meaning);
  }
  if (!found.trade_off.empty()) {
    text += fmt::format("\n{}:\n{}\n", swept_text(found), table_text(trade_off_cells(found)));
  }
  for (const std::string& note : notes_of(found)) text += note + "\n";
  text.pop_back();  // the caller ends the line
  return text;
}

Json inspection_json(const Dataset& dataset, const Inspection& found) {
  const EmbeddingReport& report = found.report;
  const InspectedCoordinates& coordinates = found.coordinates;
  Json json = Json::object();
  json.set("dataset", counts_json(dataset));
  json.set("subject", found.subject);
  json.set("columns", found.columns);
  json.set("stable_rank", report.stable_rank);
  json.set("reach", compared(report, report.reach));
  json.set("rank_correlation", compared(report, report.rank_correlation));
  json.set("distortion", distortion_json(report));
  json.set("collisions", report.collisions);
  json.set("anchor_coverage", coordinates.coverage.nodes);
  json.set("suggested_width", coordinates.suggested_width);
  json.set("curve", curve_json(found));
  json.set("pairs", report.pairs);
  json.set("kernel", kernel_json(report.curve));
  json.set("anchors", Json::object()
                          .set("count", coordinates.anchors)
                          .set("nodes", coordinates.coverage.nodes)
                          .set("pairs", coordinates.coverage.pairs)
                          .set("mean_nearest", coordinates.coverage.mean_nearest)
                          .set("worst_nearest", coordinates.coverage.worst_nearest));
  json.set("coordinates",
           Json::object().set("source", coordinates.source).set("axes", coordinates.values.axis_count()));
  json.set("embedding", found.embedding.empty() ? Json() : Json(found.embedding));
  json.set("encoding", found.embedding.empty() ? encoding_json(found.encoding) : Json());
  json.set("curve_encoding", found.swept.name);
  json.set("version", version());
  return json;
}

ReportPage inspection_page(const Dataset& dataset, const Inspection& found) {
  ReportPage page;
  page.title = fmt::format("{} on {}", found.subject, dataset.name);
  page.facts = {counts_text(dataset), fmt::format("{} columns", grouped(found.columns)),
                fmt::format("{} pairs compared", grouped(found.report.pairs)), fmt::format("cairn {}", version())};
  page.parts.emplace_back(figures_table(found));
  if (const std::vector<std::string> notes = notes_of(found); !notes.empty()) {
    page.parts.emplace_back(TextBlock{"What is left out", notes});
  }
  if (found.has_pairs()) {
    page.parts.emplace_back(trade_off_chart(found, "Rank against rank correlation", "rank correlation",
                                            [](const EmbeddingReport& report) { return report.rank_correlation; }));
    page.parts.emplace_back(trade_off_chart(found, "Rank against reach", "reach, hops",
                                            [](const EmbeddingReport& report) { return report.reach; }));
  }
  if (!found.trade_off.empty()) page.parts.emplace_back(trade_off_table(found));
  if (found.has_pairs()) page.parts.emplace_back(likeness_chart(found));
  return page;
}

}  // namespace cairn::cli
