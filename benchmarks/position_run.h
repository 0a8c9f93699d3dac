#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "benchmarks/position_columns.h"
#include "benchmarks/position_results.h"
#include "data/dataset.h"
#include "models/config.h"

namespace cairn::benchmarks {

/// One training, or one control, with one seed.
struct PositionRun {
  const PositionColumn* column = nullptr;
  PositionModel model;
  std::shared_ptr<const Dataset> data;  // null: drawn for the seed
  bool smoke = false;
  TrainConfig config;
  std::string anchor_rule;
  bool wants_curve = false;
  bool wants_picture = false;
};

struct PositionOutcome {
  PositionValue value;
  double seconds = 0;
  std::optional<PositionCurve> curve;
  std::optional<PositionPicture> picture;
};

/// Trains, on the calling thread where it is called within a parallel loop. Nothing where `stopped` said so between two
/// epochs. Throws NumericError naming the run.
std::optional<PositionOutcome> run_position(const PositionRun& run, const std::function<bool()>& stopped);

}  // namespace cairn::benchmarks
