#include "benchmarks/position_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "benchmarks/position_columns.h"
#include "data/metrics.h"

namespace cairn::benchmarks {

namespace {

std::string cell_text(const PositionRow* row, double PositionValue::*figure) {
  if (row == nullptr || row->values.empty()) return "-";
  std::vector<double> values;
  for (const auto& [seed, value] : row->values) values.push_back(value.*figure);
  const MeanStd summary = mean_std(values);
  if (values.size() < 2) return fmt::format("{:.4f}", summary.mean);
  return fmt::format("{:.3f} +- {:.3f}", summary.mean, summary.std);
}

std::string heading_of(const PositionRow& row) {
  if (row.anchor_rule != "log2^2") return "K = " + row.anchor_rule;
  return fmt::format("K = {} (log2^2)", row.anchors);
}

/// Rows of a column that differ in their rule, one each, in the order of the results.
std::vector<PositionRow> rules_of(const PositionResults& results, const PositionColumn& column) {
  std::vector<PositionRow> rules;
  for (const PositionRow& row : results.rows) {
    const bool is_new = std::none_of(rules.begin(), rules.end(),
                                     [&](const PositionRow& known) { return known.anchor_rule == row.anchor_rule; });
    if (row.dataset == column.dataset && row.task == column.task && is_new) rules.push_back(row);
  }
  return rules;
}

/// "K = 4: gir beats gcn, gat; not gir-dist".
std::string remark_of(const std::vector<PositionComparison>& comparisons, const PositionRow& rule) {
  std::string beaten;
  std::string others;
  for (const PositionComparison& c : comparisons) {
    if (c.model != "gir" || c.dataset != rule.dataset || c.task != rule.task || c.anchor_rule != rule.anchor_rule ||
        c.metric != "roc_auc" || c.seeds < 2) {
      continue;
    }
    std::string& list = c.beats ? beaten : others;
    list += fmt::format("{}{}", list.empty() ? "" : ", ", c.other);
  }
  if (beaten.empty() && others.empty()) return "";
  const std::string where = rule.anchor_rule == "roots" ? "" : heading_of(rule) + ": ";
  if (others.empty()) return fmt::format("{}gir beats {}", where, beaten);
  return beaten.empty() ? fmt::format("{}gir does not beat {}", where, others)
                        : fmt::format("{}gir beats {}; not {}", where, beaten, others);
}

PositionTable table_of(const PositionResults& results, const PositionColumn& column,
                       const std::vector<PositionRow>& rules, const std::vector<PositionComparison>& comparisons) {
  std::set<std::uint64_t> seeds;
  PositionTable table;
  table.cells.push_back({""});
  for (const PositionRow& rule : rules) {
    if (column.is_path_sum()) {
      table.cells.front().insert(table.cells.front().end(), {"ROC AUC", "accuracy"});
    } else {
      table.cells.front().push_back(heading_of(rule));
    }
  }
  for (const PositionModel& model : models_of(column)) {
    std::vector<std::string> cells{model.name};
    bool is_measured = false;
    for (PositionRow wanted : rules) {
      wanted.model = model.name;
      const PositionRow* row = results.find(wanted);
      cells.push_back(cell_text(row, &PositionValue::roc_auc));
      if (column.is_path_sum()) cells.push_back(cell_text(row, &PositionValue::accuracy));
      if (row == nullptr) continue;
      is_measured = true;
      for (const auto& [seed, value] : row->values) seeds.insert(seed);
    }
    if (!is_measured) continue;
    if (model.control) table.controls.push_back(table.cells.size());
    table.cells.push_back(std::move(cells));
  }
  for (const PositionRow& rule : rules) {
    std::string remark = remark_of(comparisons, rule);
    if (!remark.empty()) table.remarks.push_back(std::move(remark));
  }
  table.title = fmt::format("{}: test {}, {} seed{}", column.name, column.is_path_sum() ? "figures" : "ROC AUC",
                            seeds.size(), seeds.size() == 1 ? "" : "s");
  return table;
}

ReportTable page_table(const PositionTable& table) {
  ReportTable page;
  page.heading = table.title;
  page.caption = "Mean and standard deviation over seeds, at the best validation epoch. In italics: controls.";
  for (const std::string& remark : table.remarks) page.caption += fmt::format(" {}.", remark);
  page.columns = table.cells.front();
  page.columns.front() = "model";
  page.rows.assign(table.cells.begin() + 1, table.cells.end());
  for (const std::size_t row : table.controls) page.emphasized_rows.push_back(row - 1);
  return page;
}

/// Learning curves of a column at one number of anchors; models without anchors stand beside all of them.
LineChart chart_of(const PositionResults& results, const PositionColumn& column) {
  LineChart chart;
  chart.heading = fmt::format("{}: learning curves", column.name);
  chart.x_label = "epoch";
  chart.y_label = "validation ROC AUC";
  for (const PositionCurve& curve : results.curves) {
    if (curve.dataset != column.dataset || curve.task != column.task) continue;
    constexpr std::array<std::string_view, 4> shown{"gir", "gir-dist", "pgnn", "gcn"};
    if (std::find(shown.begin(), shown.end(), curve.model) == shown.end()) continue;
    const bool anchored = curve.model != "gcn" && !column.is_path_sum();
    chart.series.push_back({.name = anchored ? fmt::format("{}, K = {}", curve.model, curve.anchor_rule) : curve.model,
                            .x = curve.epochs,
                            .y = curve.validation,
                            .spread = {}});
    chart.caption = fmt::format("Seed {}.", curve.seed);
  }
  return chart;
}

Scatter scatter_of(const PositionPicture& picture) {
  Scatter scatter;
  scatter.heading = fmt::format("{}/{}: embedding by gir, K = {}", picture.dataset, picture.task, picture.anchor_rule);
  scatter.points = picture.points;
  if (picture.color == "label") {
    scatter.caption = fmt::format("Two principal axes, seed {}; colored by label.", picture.seed);
    double most = 0;
    for (const double value : picture.values) {
      scatter.category.push_back(static_cast<std::int32_t>(value));
      most = std::max(most, value);
    }
    for (Index c = 0; c <= static_cast<Index>(most); ++c) scatter.category_names.push_back(fmt::format("{}", c));
  } else {
    scatter.caption =
        fmt::format("Two principal axes, seed {}; colored by distance from the first anchor.", picture.seed);
    scatter.value = picture.values;
    scatter.value_name = "hops from the first anchor";
  }
  return scatter;
}

}  // namespace

std::vector<PositionTable> position_tables(const PositionResults& results) {
  const std::vector<PositionComparison> comparisons = compare(results);
  std::vector<PositionTable> tables;
  for (const PositionColumn& column : position_columns()) {
    const std::vector<PositionRow> rules = rules_of(results, column);
    if (!rules.empty()) tables.push_back(table_of(results, column, rules, comparisons));
  }
  return tables;
}

ReportPage position_page(const PositionResults& results) {
  ReportPage page;
  page.title = "Position: who can tell where a node is";
  page.facts = {fmt::format("cairn {}", CAIRN_VERSION), fmt::format("{} rows", results.rows.size())};
  if (results.smoke) page.facts.push_back("smoke size: shows that all runs, not how good it is");
  page.parts.push_back(TextBlock{
      .heading = "",
      .paragraphs = {"All models of a column are given the same splits, anchors and inputs for a seed. K: anchors of a "
                     "graph. \"Beats\": the paired mean difference over seeds exceeds two standard errors."}});
  if (!results.left_out.empty()) page.parts.push_back(TextBlock{"Left out", results.left_out});
  for (const PositionTable& table : position_tables(results)) page.parts.push_back(page_table(table));
  for (const PositionColumn& column : position_columns()) {
    LineChart chart = chart_of(results, column);
    if (!chart.series.empty()) page.parts.push_back(std::move(chart));
  }
  for (const PositionPicture& picture : results.pictures) page.parts.push_back(scatter_of(picture));
  return page;
}

}  // namespace cairn::benchmarks
