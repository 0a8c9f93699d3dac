#include "cli/train_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "cli/common.h"
#include "cli/console.h"
#include "cli/process.h"
#include "core/parallel.h"
#include "data/metrics.h"

namespace cairn::cli {

namespace {

using PartOfResult = Metrics SeedResult::*;
constexpr std::array<std::pair<const char*, PartOfResult>, 3> parts{
    {{"test", &SeedResult::test}, {"validation", &SeedResult::validation}, {"train", &SeedResult::train}}};

/// In the order in which tables show them.
const std::vector<FigureName>& figures() {
  static const std::vector<FigureName> table{{"roc_auc", "ROC AUC", false},
                                             {"average_precision", "average precision", false},
                                             {"hits@20", "hits@20", false},
                                             {"accuracy", "accuracy %", true},
                                             {"macro_f1", "macro-F1 %", true},
                                             {"mean_absolute_error", "mean error (hops)", false},
                                             {"relative_error", "relative error", false},
                                             {"rank_correlation", "rank correlation", false},
                                             {"r2", "r2", false},
                                             {"cross_entropy", "cross entropy", false}};
  return table;
}

/// Those that any seed has.
std::vector<FigureName> figures_of(const std::vector<SeedResult>& results) {
  std::vector<FigureName> found;
  for (const FigureName& figure : figures()) {
    if (std::any_of(results.begin(), results.end(), [&](const SeedResult& result) {
          return result.train.count(figure.key) + result.test.count(figure.key) > 0;
        })) {
      found.push_back(figure);
    }
  }
  return found;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

const FigureName& headline(const Metrics& metrics) {
  static const std::vector<FigureName> heads{
      {"accuracy", "accuracy", true}, {"roc_auc", "ROC AUC", false}, {"mean_absolute_error", "mean error", false}};
  if (metrics.count("average_precision") > 0) return heads[1];
  return metrics.count("mean_absolute_error") > 0 ? heads[2] : heads[0];
}

std::string headline_text(const Metrics& metrics) {
  const FigureName& figure = headline(metrics);
  const auto found = metrics.find(figure.key);
  if (found == metrics.end()) return "-";
  return figure.percent ? fmt::format("{:.2f} %", 100 * found->second) : fmt::format("{:.4f}", found->second);
}

TimeSummary summary_of(std::vector<double> seconds) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (seconds.empty()) return {.median = none, .least = none, .most = none};
  const auto [least, most] = std::minmax_element(seconds.begin(), seconds.end());
  return {.median = median_of(seconds), .least = *least, .most = *most};
}

std::vector<double> values_of(const std::vector<SeedResult>& results, Metrics SeedResult::*part,
                              const std::string& name) {
  std::vector<double> values;
  for (const SeedResult& result : results) {
    if (const auto found = (result.*part).find(name); found != (result.*part).end()) values.push_back(found->second);
  }
  return values;
}

std::vector<std::vector<std::string>> figure_cells(const std::vector<SeedResult>& results) {
  std::vector<std::vector<std::string>> rows{{""}};
  for (const FigureName& figure : figures_of(results)) rows.front().push_back(figure.text);
  for (const auto& [name, part] : parts) {
    std::vector<std::string> row{name};
    for (const FigureName& figure : figures_of(results)) {
      const std::vector<double> values = values_of(results, part, figure.key);
      row.push_back(values.empty() ? "-" : mean_text(mean_std(values), values.size(), figure.percent));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string summary_text(const std::vector<SeedResult>& results, const TrainingCosts& costs) {
  std::vector<double> best_epochs;
  for (const SeedResult& result : results) best_epochs.push_back(static_cast<double>(result.best_epoch));
  std::string text = table_text(figure_cells(results));
  if (!results.empty()) {
    text += fmt::format("\nbest epoch {}{:.0f}", results.size() > 1 ? "(median) " : "", median_of(best_epochs));
  }
  if (!costs.epoch_seconds.empty()) {
    text += fmt::format(", {} an epoch (median)", duration_text(summary_of(costs.epoch_seconds).median));
  }
  return text + fmt::format(", {} in all, {:.0f} MB at most", duration_text(costs.total_seconds),
                            static_cast<double>(peak_memory_bytes()) / 1e6);
}

Json part_json(const std::vector<SeedResult>& results, Metrics SeedResult::*part) {
  Json json = Json::object();
  for (const FigureName& name : figures_of(results)) {
    const std::vector<double> values = values_of(results, part, name.key);
    if (values.empty()) continue;
    const MeanStd figure = mean_std(values);
    json.set(name.key,
             Json::object().set("mean", figure.mean).set("std", figure.std).set("values", Json::array_of(values)));
  }
  return json;
}

Json config_json(const TrainConfig& config) {
  Json json = Json::object();
  for (const ConfigField& field : config_fields()) {
    std::visit([&](auto place) { json.set(std::string(field.name), Json(config.*place)); }, field.place);
  }
  return json;
}

Json train_json(const Dataset& dataset, const Training& training, const TrainingCosts& costs) {
  Json seeds = Json::array();
  Json epochs_run = Json::array();
  Json best_epochs = Json::array();
  for (const SeedResult& result : training.results()) {
    seeds.add(result.seed);
    epochs_run.add(result.epochs_run);
    best_epochs.add(result.best_epoch);
  }
  Json json = Json::object();
  json.set("dataset", counts_json(dataset));
  json.set("task", training.config().task);
  json.set("model", training.config().model);
  json.set("seeds", std::move(seeds));
  json.set("epochs_run", std::move(epochs_run));
  json.set("best_epochs", std::move(best_epochs));
  for (const auto& [name, part] : parts) json.set(name, part_json(training.results(), part));
  if (const AnchorSet* anchors = training.anchors()) json.set("anchors", anchors->slot_count());
  json.set("parameters", training.parameter_count());
  const TimeSummary times = summary_of(costs.epoch_seconds);
  json.set("seconds_per_epoch",
           Json::object().set("median", times.median).set("min", times.least).set("max", times.most));
  json.set("seconds_total", costs.total_seconds);
  json.set("peak_memory_bytes", peak_memory_bytes());
  json.set("threads", thread_count());
  json.set("config", config_json(training.config()));
  json.set("version", version());
  return json;
}

}  // namespace cairn::cli
