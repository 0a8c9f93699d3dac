#include "benchmarks/experiment_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "benchmarks/experiment_claims.h"
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

ExperimentReport::Table table_of(const ExperimentResults& results, const TableShape& shape, bool is_drawn) {
  ExperimentReport::Table table{.title = {}, .caption = std::string(shape.caption), .cells = {{}}};
  table.cells.front().assign(shape.labels.begin(), shape.labels.end());
  table.cells.front().insert(table.cells.front().end(), shape.figures.begin(), shape.figures.end());
  std::set<std::uint64_t> seeds;
  for (const ResultRow& row : results.rows) {
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

}  // namespace

std::vector<ExperimentReport> experiment_reports(const ExperimentResults& results) {
  const std::vector<ExperimentClaim> claims = experiment_claims(results);
  std::vector<ExperimentReport> reports;
  for (const ExperimentSection& section : results.experiment->sections) {
    ExperimentReport report{.section = std::string(section.name),
                            .summary = std::string(section.summary),
                            .tables = {},
                            .charts = {},
                            .claims = {}};
    for (const TableShape& shape : section.tables) {
      ExperimentReport::Table table = table_of(results, shape, section.seeds > 0);
      if (table.cells.size() > 1) report.tables.push_back(std::move(table));
    }
    if (report.tables.empty()) continue;
    if (section.charts != nullptr) report.charts = section.charts(results);
    for (const ExperimentClaim& claim : claims) {
      if (claim.section != section.name) continue;
      if (report.claims.empty()) report.claims.push_back({"what must hold, and findings", "found", "verdict"});
      report.claims.push_back(
          {claim.text, claim.found.empty() ? "-" : claim.found, std::string(verdict_text(claim.verdict))});
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

ReportPage experiment_page(const ExperimentResults& results) {
  ReportPage page;
  page.title = results.experiment->title;
  page.facts = {fmt::format("cairn {}", CAIRN_VERSION), fmt::format("{} runs", results.runs.size())};
  if (results.smoke) page.facts.push_back("smoke size, made-up data throughout: shows that all runs, not what holds");
  page.parts.push_back(
      TextBlock{.heading = "",
                .paragraphs = {
                    "Figures are means and standard deviations over seeds. \"Better\" and \"exceeds\": the paired mean "
                    "difference over seeds is more than two standard errors."}});
  if (!results.left_out.empty()) page.parts.push_back(TextBlock{"Left out", results.left_out});
  for (ExperimentReport& report : experiment_reports(results)) {
    page.parts.push_back(TextBlock{report.section, {report.summary}});
    for (LineChart& chart : report.charts) page.parts.emplace_back(std::move(chart));
    for (const ExperimentReport::Table& table : report.tables) {
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
