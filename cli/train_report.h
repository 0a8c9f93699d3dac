#pragma once

#include <string>
#include <vector>

#include "cli/json.h"
#include "models/training.h"

namespace cairn::cli {

/// A figure of a task: its key in metrics and JSON, how people are told of it, and whether they are told percent.
struct FigureName {
  std::string key;
  std::string text;
  bool percent = false;
};
/// The figure that a task is judged by, among those given: accuracy, roc_auc or mean_absolute_error.
const FigureName& headline(const Metrics& metrics);

/// That figure as text: "81.40 %", "0.9512"; "-" where there is none.
std::string headline_text(const Metrics& metrics);

/// What the clock and the machine say of a training run.
struct TrainingCosts {
  std::vector<double> epoch_seconds;  // of the epochs of this process
  double total_seconds = 0;           // reading, preparing and training
};

struct TimeSummary {
  double median = 0;
  double least = 0;
  double most = 0;
};
/// All NaN for no epochs.
TimeSummary summary_of(std::vector<double> seconds);

/// The figure `name` of a part over all finished seeds; seeds without it are left out.
std::vector<double> values_of(const std::vector<SeedResult>& results, Metrics SeedResult::*part,
                              const std::string& name);

/// A row a part, a column a figure that some seed has, below a row of headings: means and deviations over seeds.
std::vector<std::vector<std::string>> figure_cells(const std::vector<SeedResult>& results);

/// Means and deviations over seeds, best epochs, times: what `train` prints at its end.
std::string summary_text(const std::vector<SeedResult>& results, const TrainingCosts& costs);

/// {"roc_auc": {"mean", "std", "values"}, ..}: the figures of a part over all finished seeds.
Json part_json(const std::vector<SeedResult>& results, Metrics SeedResult::*part);
/// Every field of a configuration by its name.
Json config_json(const TrainConfig& config);

/// The machine's copy; docs list its keys.
Json train_json(const Dataset& dataset, const Training& training, const TrainingCosts& costs);

}  // namespace cairn::cli
