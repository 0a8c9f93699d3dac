#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/types.h"

namespace cairn::benchmarks {

/// The figures of a seed, at the best validation epoch.
struct PositionValue {
  double roc_auc = 0;
  double accuracy = std::numeric_limits<double>::quiet_NaN();  // path-sum alone
  double validation_roc_auc = 0;
  Index best_epoch = 0;  // 0: untrained
};

/// A model or control in a column, at one number of anchors.
struct PositionRow {
  std::string model;
  std::string dataset;
  std::string task;
  std::string anchor_rule;  // "1", "4", "16", "log2^2" or "roots"
  Index anchors = 0;        // what the rule comes to; of several graphs the most
  bool control = false;
  std::map<std::string, std::string> settings;    // fields of its TrainConfig that are unlike TrainConfig{}
  std::map<std::uint64_t, PositionValue> values;  // by seed
  double seconds = 0;                             // of all its seeds; rows that share a run each say all of it
};

/// Validation ROC AUC by epoch of one seed, thinned.
struct PositionCurve {
  std::string model, dataset, task, anchor_rule;
  std::uint64_t seed = 0;
  std::vector<double> epochs;
  std::vector<double> validation;
};

/// An embedding by gir on its two principal axes.
struct PositionPicture {
  std::string dataset, task, anchor_rule;
  std::uint64_t seed = 0;
  std::string color;  // "label" or "distance" (from the first anchor)
  std::vector<std::array<double, 2>> points;
  std::vector<double> values;  // one a point
};

/// All that a benchmark found so far, and with it the state from which it goes on. What is found later takes its place
/// in the order of the tables, so that the order of work leaves no trace.
struct PositionResults {
  Index epochs = 0;  // as asked for; 0: those of the settings
  bool smoke = false;
  std::vector<PositionRow> rows;
  std::vector<PositionCurve> curves;
  std::vector<PositionPicture> pictures;
  std::vector<std::string> left_out;  // "email/pair: no --data", for people

  /// The row of that model, column and rule; null where there is none.
  PositionRow* find(const PositionRow& like);
  const PositionRow* find(const PositionRow& like) const;
};

/// Whether a model is better than another in a column, over the seeds that both have.
struct PositionComparison {
  std::string dataset, task, anchor_rule;
  Index anchors = 0;
  std::string metric;  // roc_auc, or accuracy
  std::string model, other;
  std::size_t seeds = 0;
  double difference = 0;      // mean over seeds of model - other
  double standard_error = 0;  // of that mean; NaN for fewer than two seeds
  bool beats = false;         // the difference exceeds two standard errors
};

/// gir against every other model and control of its column and number of anchors; X+gir against X, X+gir-dist and
/// X+random. Seeds are paired.
std::vector<PositionComparison> compare(const PositionResults& results);

/// The machine's copy, which from_json takes up again: {"benchmark": "position", "version", "options", "seeds", "rows",
/// "comparisons", "curves", "pictures", "left_out"}. Numbers survive without loss.
std::string to_json(const PositionResults& results);
/// path: for messages. Throws InputError where the text is not what to_json writes.
PositionResults from_json(const std::string& text, const std::string& path);

/// Writes to_json to a file, whole or not at all. Throws OutputError.
void write_results(const PositionResults& results, const std::string& path);
/// Throws InputError where there is no such file, or it holds something else.
PositionResults read_results(const std::string& path);

}  // namespace cairn::benchmarks
