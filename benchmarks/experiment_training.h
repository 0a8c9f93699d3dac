/// @file
/// Trainings that sections of a benchmark compare: on which data, for which task, with which settings.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/experiment.h"
#include "data/dataset.h"
#include "models/config.h"
#include "models/training.h"

namespace cairn::benchmarks {

/// A dataset and what is asked of it.
struct TrainingColumn {
  std::string_view name;           ///< "cora/node"
  std::string_view task;           ///< node or link
  std::string_view folder = {};    ///< of --data; empty: made by `spec`
  std::string_view spec = {};      ///< of a synthetic dataset
  std::string_view smoke_spec;     ///< stands in for either at smoke size
  std::string_view features = {};  ///< what stands for features; empty: those of the dataset
};

/// The dataset of a column, or why there is none.
struct ColumnData {
  std::shared_ptr<const Dataset> dataset;  ///< null where it is missing
  std::string missing;                     ///< empty: it is there
};
/// Throws InputError for a folder that is not a dataset.
[[nodiscard]] ColumnData column_data(const TrainingColumn& column, const PartOptions& options);

/// The model's defaults for the task of the column, with its features; 2 epochs at smoke size.
[[nodiscard]] TrainConfig column_config(const TrainingColumn& column, std::string_view model,
                                        const PartOptions& options);

/// What decides a training besides its seed, as text: "anchors=32 epochs=400 ...".
[[nodiscard]] std::string settings_text(const TrainConfig& config);

/// The figure that a column is judged by: "accuracy" of nodes, "roc_auc" of links.
[[nodiscard]] std::string_view score_name(const TrainingColumn& column);

/// The test score of a training with a seed, at its best validation epoch. finished: called with the training before it
/// goes. Nothing where `stopped` said so between two epochs. Throws NumericError naming model, column and seed.
[[nodiscard]] std::optional<double> test_score(const TrainingColumn& column, const Dataset& data, TrainConfig config,
                                               std::uint64_t seed, const std::function<bool()>& stopped,
                                               const std::function<void(const Training&)>& finished = {});

}  // namespace cairn::benchmarks
