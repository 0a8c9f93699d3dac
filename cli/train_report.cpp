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
constexpr std::array<const char*, 3> figures{"accuracy", "macro_f1", "cross_entropy"};

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Json part_json(const std::vector<SeedResult>& results, PartOfResult part) {
  Json json = Json::object();
  for (const char* name : figures) {
    const std::vector<double> values = values_of(results, part, name);
    if (values.empty()) continue;
    const MeanStd figure = mean_std(values);
    json.set(name,
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

}  // namespace

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

std::string summary_text(const std::vector<SeedResult>& results, const TrainingCosts& costs) {
  std::vector<std::vector<std::string>> rows{{"", "accuracy %", "macro-F1 %", "cross entropy"}};
  for (const auto& [name, part] : parts) {
    std::vector<std::string> row{name};
    for (const char* figure : figures) {
      const std::vector<double> values = values_of(results, part, figure);
      const bool percent = std::string_view(figure) != "cross_entropy";
      row.push_back(values.empty() ? "-" : mean_text(mean_std(values), values.size(), percent));
    }
    rows.push_back(std::move(row));
  }
  std::vector<double> best_epochs;
  for (const SeedResult& result : results) best_epochs.push_back(static_cast<double>(result.best_epoch));
  std::string text = table_text(rows);
  if (!results.empty()) {
    text += fmt::format("\nbest epoch {}{:.0f}", results.size() > 1 ? "(median) " : "", median_of(best_epochs));
  }
  if (!costs.epoch_seconds.empty()) {
    text += fmt::format(", {} an epoch (median)", duration_text(summary_of(costs.epoch_seconds).median));
  }
  return text + fmt::format(", {} in all, {:.0f} MB at most", duration_text(costs.total_seconds),
                            static_cast<double>(peak_memory_bytes()) / 1e6);
}

Json train_json(const Dataset& dataset, const NodeTraining& training, const TrainingCosts& costs) {
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
  json.set("task", "node");
  json.set("model", training.config().model);
  json.set("seeds", std::move(seeds));
  json.set("epochs_run", std::move(epochs_run));
  json.set("best_epochs", std::move(best_epochs));
  for (const auto& [name, part] : parts) json.set(name, part_json(training.results(), part));
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
