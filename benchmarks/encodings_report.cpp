#include "benchmarks/encodings_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "benchmarks/encodings_claims.h"
#include "benchmarks/encodings_sections.h"
#include "data/metrics.h"

namespace cairn::benchmarks {

namespace {

std::string cell_text(const SeedValues& by_seed) {
  std::vector<double> values;
  for (const auto& [seed, value] : by_seed) {
    if (std::isinf(value)) return "-";
    values.push_back(value);
  }
  const MeanStd summary = mean_std(values);
  if (summary.std == 0) return fmt::format("{:.4g}", summary.mean);  // one seed, or a count that all agree on
  return fmt::format("{:.4g} +- {:.2g}", summary.mean, summary.std);
}

EncodingReport::Table table_of(const EncodingResults& results, const TableShape& shape, bool is_drawn) {
  EncodingReport::Table table{.title = {}, .caption = std::string(shape.caption), .cells = {{}}};
  table.cells.front().assign(shape.labels.begin(), shape.labels.end());
  table.cells.front().insert(table.cells.front().end(), shape.figures.begin(), shape.figures.end());
  std::set<std::uint64_t> seeds;
  for (const EncodingRow& row : results.rows) {
    if (row.table != shape.name) continue;
    std::vector<std::string> cells = row.labels;
    for (const SeedValues& figure : row.figures) {
      cells.push_back(cell_text(figure));
      for (const auto& [seed, value] : figure) seeds.insert(seed);
    }
    table.cells.push_back(std::move(cells));
  }
  table.title = shape.name;
  if (is_drawn) table.title += fmt::format(", {} seed{}", seeds.size(), seeds.size() == 1 ? "" : "s");
  return table;
}

/// A line a kind of rows: a figure over the widths that their labels name.
LineChart width_chart(const EncodingResults& results, std::string_view table, std::size_t width_label,
                      std::size_t figure, std::string heading) {
  LineChart chart;
  chart.heading = std::move(heading);
  chart.caption = "Mean over seeds; band: standard deviation.";
  chart.x_label = "width";
  chart.y_label = table_shape(table).figures[figure];
  chart.log_x = true;
  for (const EncodingRow& row : results.rows) {
    if (row.table != table || row.labels[width_label] == "-") continue;
    std::string name;
    for (std::size_t i = 0; i < width_label; ++i) name += (i > 0 ? " " : "") + row.labels[i];
    auto line = std::find_if(chart.series.begin(), chart.series.end(), [&](const Series& s) { return s.name == name; });
    if (line == chart.series.end()) {
      chart.series.push_back({.name = name, .x = {}, .y = {}, .spread = {}});
      line = chart.series.end() - 1;
    }
    std::vector<double> values;
    for (const auto& [seed, value] : row.figures[figure]) values.push_back(value);
    line->x.push_back(std::stod(row.labels[width_label]));
    line->y.push_back(mean_of(row.figures[figure]));
    line->spread.push_back(mean_std(values).std);
  }
  // A single point is no curve.
  std::erase_if(chart.series, [](const Series& series) { return series.x.size() < 2; });
  return chart;
}

}  // namespace

std::vector<EncodingReport> encoding_reports(const EncodingResults& results) {
  const std::vector<EncodingClaim> claims = encoding_claims(results);
  std::vector<EncodingReport> reports;
  for (const EncodingSection& section : encoding_sections()) {
    EncodingReport report{
        .section = std::string(section.name), .summary = std::string(section.summary), .tables = {}, .claims = {}};
    for (const TableShape& shape : section.tables) {
      EncodingReport::Table table = table_of(results, shape, section.seeds > 0);
      if (table.cells.size() > 1) report.tables.push_back(std::move(table));
    }
    if (report.tables.empty()) continue;
    for (const EncodingClaim& claim : claims) {
      if (claim.section != section.name) continue;
      if (report.claims.empty()) report.claims.push_back({"what must hold, and findings", "found", "verdict"});
      report.claims.push_back(
          {claim.text, claim.found.empty() ? "-" : claim.found, std::string(verdict_text(claim.verdict))});
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

ReportPage encoding_page(const EncodingResults& results) {
  ReportPage page;
  page.title = "Encodings: what they are worth";
  page.facts = {fmt::format("cairn {}", CAIRN_VERSION), fmt::format("{} runs", results.runs.size())};
  if (results.smoke) page.facts.push_back("smoke size, made-up data throughout: shows that all runs, not what holds");
  page.parts.push_back(
      TextBlock{.heading = "",
                .paragraphs = {
                    "Figures are means and standard deviations over seeds. \"Better\" and \"exceeds\": the paired mean "
                    "difference over seeds is more than two standard errors."}});
  if (!results.left_out.empty()) page.parts.push_back(TextBlock{"Left out", results.left_out});
  for (const EncodingReport& report : encoding_reports(results)) {
    page.parts.push_back(TextBlock{report.section, {report.summary}});
    if (report.section == "signals") {
      page.parts.push_back(width_chart(results, "signals", 1, 1, "signals over the width"));
    }
    if (report.section == "graphs") {
      LineChart chart = width_chart(results, "graphs", 2, 2, "graphs over the width, in hops");
      chart.log_y = true;
      page.parts.push_back(std::move(chart));
    }
    for (const EncodingReport::Table& table : report.tables) {
      page.parts.push_back(ReportTable{.heading = table.title,
                                       .caption = table.caption,
                                       .columns = table.cells.front(),
                                       .rows = {table.cells.begin() + 1, table.cells.end()},
                                       .emphasized_rows = {}});
    }
    if (report.claims.empty()) continue;
    page.parts.push_back(ReportTable{.heading = report.section + ": what must hold, and findings",
                                     .caption = {},
                                     .columns = {"claim", "found", "verdict"},
                                     .rows = {report.claims.begin() + 1, report.claims.end()},
                                     .emphasized_rows = {}});
  }
  return page;
}

}  // namespace cairn::benchmarks
