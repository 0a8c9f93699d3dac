#include "benchmarks/experiment_training.h"

#include <fmt/format.h>

#include <filesystem>

#include "benchmarks/run_settings.h"
#include "core/error.h"
#include "data/synthetic.h"
#include "graph_io/formats.h"
#include "models/defaults.h"

namespace cairn::benchmarks {

namespace {
constexpr Index smoke_epochs = 2;
constexpr Index smoke_anchors = 4;
}  // namespace

ColumnData column_data(const TrainingColumn& column, const PartOptions& options) {
  const auto synthetic = [](std::string_view spec) {
    return ColumnData{std::make_shared<const Dataset>(make_synthetic(spec, 0)), {}};
  };
  if (options.smoke) return synthetic(column.smoke_spec);
  if (column.folder.empty()) return synthetic(column.spec);
  if (options.data.empty()) return {nullptr, fmt::format("needs --data DIR with a folder {}", column.folder)};
  const std::filesystem::path path = std::filesystem::path(options.data) / column.folder;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return {nullptr, fmt::format("{} has no folder {}", options.data, column.folder)};
  }
  return {std::make_shared<const Dataset>(read_dataset(path)), {}};
}

TrainConfig column_config(const TrainingColumn& column, std::string_view model, const PartOptions& options) {
  TrainConfig config = default_config(model, column.task);
  if (!column.features.empty() && !options.smoke) config.features = column.features;
  if (options.smoke) {
    config.epochs = smoke_epochs;
    config.anchors = smoke_anchors;
    config.features = "constant";
  }
  if (options.epochs > 0) config.epochs = options.epochs;
  return config;
}

std::string settings_text(const TrainConfig& config) {
  std::string text = fmt::format("anchors={}", config.anchors);
  for (const auto& [name, value] : run_settings(config)) text += fmt::format(" {}={}", name, value);
  return text;
}

std::string_view score_name(const TrainingColumn& column) { return column.task == "node" ? "accuracy" : "roc_auc"; }

std::optional<double> test_score(const TrainingColumn& column, const Dataset& data, TrainConfig config,
                                 std::uint64_t seed, const std::function<bool()>& stopped,
                                 const std::function<void(const Training&)>& finished) {
  config.seed = seed;
  try {
    Training training(data, config);
    while (!training.done()) {
      if (stopped()) return std::nullopt;
      training.advance();
    }
    if (finished) finished(training);
    return training.results().front().test.at(std::string(score_name(column)));
  } catch (const NumericError& error) {
    throw NumericError(fmt::format("{} on {}, seed {}: {}", config.model, column.name, seed, error.what()));
  }
}

}  // namespace cairn::benchmarks
