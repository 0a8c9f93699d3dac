#include "benchmarks/position_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "benchmarks/position_controls.h"
#include "core/error.h"
#include "models/report/plane.h"
#include "models/training.h"
#include "position/distances.h"

namespace cairn::benchmarks {

namespace {

constexpr std::size_t most_curve_points = 50;

double figure_of(const Metrics& metrics, const std::string& name) {
  const auto found = metrics.find(name);
  return found == metrics.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

PositionValue value_of(const PositionRun& run, const Metrics& validation, const Metrics& test, Index best_epoch) {
  PositionValue value;
  value.roc_auc = figure_of(test, "roc_auc");
  if (run.column->is_path_sum()) value.accuracy = figure_of(test, "accuracy");
  value.validation_roc_auc = figure_of(validation, "roc_auc");
  value.best_epoch = best_epoch;
  return value;
}

/// Every so many epochs, and the last one.
PositionCurve curve_of(const PositionRun& run, const std::vector<LoggedEpoch>& history) {
  PositionCurve curve{.model = run.model.name,
                      .dataset = std::string(run.column->dataset),
                      .task = std::string(run.column->task),
                      .anchor_rule = run.anchor_rule,
                      .seed = run.config.seed,
                      .epochs = {},
                      .validation = {}};
  const std::size_t step = std::max<std::size_t>(1, (history.size() + most_curve_points - 2) / (most_curve_points - 1));
  for (std::size_t e = 0; e < history.size(); ++e) {
    if (e % step != 0 && e + 1 != history.size()) continue;
    curve.epochs.push_back(static_cast<double>(history[e].record.epoch));
    curve.validation.push_back(figure_of(history[e].record.validation, "roc_auc"));
  }
  return curve;
}

PositionPicture picture_of(const PositionRun& run, const Dataset& data, const Training& training) {
  PositionPicture picture{.dataset = std::string(run.column->dataset),
                          .task = std::string(run.column->task),
                          .anchor_rule = run.anchor_rule,
                          .seed = run.config.seed,
                          .color = run.column->picture == PictureColor::label ? "label" : "distance",
                          .points = principal_plane(training.best_rows()),
                          .values = {}};
  for (auto& point : picture.points) {
    for (double& x : point) x = std::round(x * 1e4) / 1e4;  // a picture shows no more
  }
  if (run.column->picture == PictureColor::label) {
    picture.values.assign(data.labels.begin(), data.labels.end());
    return picture;
  }
  const HopDistances hops = hop_distances(data.graph, *training.anchors());
  for (Index u = 0; u < data.node_count(); ++u) {
    const std::uint16_t d = hops.at(u, 0);
    picture.values.push_back(d == HopDistances::unreached ? std::numeric_limits<double>::quiet_NaN() : d);
  }
  return picture;
}

std::optional<PositionOutcome> train(const PositionRun& run, const Dataset& data,
                                     const std::function<bool()>& stopped) {
  Training training(data, run.config);
  while (!training.done()) {
    if (stopped()) return std::nullopt;
    training.advance();
  }
  const SeedResult& result = training.results().front();
  PositionOutcome outcome;
  outcome.value = value_of(run, result.validation, result.test, result.best_epoch);
  if (run.wants_curve) outcome.curve = curve_of(run, training.history());
  if (run.wants_picture && run.column->picture != PictureColor::none) {
    outcome.picture = picture_of(run, data, training);
  }
  return outcome;
}

}  // namespace

std::optional<PositionOutcome> run_position(const PositionRun& run, const std::function<bool()>& stopped) {
  const auto start = std::chrono::steady_clock::now();
  std::shared_ptr<const Dataset> data = run.data;
  if (!data) data = std::make_shared<const Dataset>(synthetic_dataset(*run.column, run.smoke, run.config.seed));
  std::optional<PositionOutcome> outcome;
  try {
    if (run.model.untrained) {
      const UntrainedResult result = untrained_result(run.model.name, *data, run.config);
      outcome = PositionOutcome{.value = value_of(run, result.validation, result.test, 0), .curve = {}, .picture = {}};
    } else {
      outcome = train(run, *data, stopped);
    }
  } catch (const NumericError& error) {
    throw NumericError(
        fmt::format("{} on {}, seed {}: {}", run.model.name, run.column->name, run.config.seed, error.what()));
  }
  if (outcome) outcome->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

}  // namespace cairn::benchmarks
