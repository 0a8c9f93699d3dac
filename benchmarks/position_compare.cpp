#include "benchmarks/paired.h"
#include "benchmarks/position_results.h"

namespace cairn::benchmarks {

namespace {

/// gir's rivals are all rows but fusions; those of X+gir are X and X with something else in its place.
bool are_compared(const std::string& model, const std::string& other) {
  if (model == "gir") return other != "gir" && other.find('+') == std::string::npos;
  const std::size_t plus = model.find('+');
  if (plus == std::string::npos || model.substr(plus) != "+gir" || other == model) return false;
  return other == model.substr(0, plus) || other.compare(0, plus + 1, model, 0, plus + 1) == 0;
}

PositionComparison compared(const PositionRow& row, const PositionRow& other, const std::string& metric,
                            double PositionValue::*figure) {
  std::vector<double> differences;
  for (const auto& [seed, value] : row.values) {
    const auto found = other.values.find(seed);
    if (found != other.values.end()) differences.push_back(value.*figure - found->second.*figure);
  }
  PositionComparison result{.dataset = row.dataset,
                            .task = row.task,
                            .anchor_rule = row.anchor_rule,
                            .anchors = row.anchors,
                            .metric = metric,
                            .model = row.model,
                            .other = other.model,
                            .seeds = differences.size()};
  const PairedDifference paired = paired_difference(differences);
  result.difference = paired.mean;
  result.standard_error = paired.standard_error;
  result.beats = paired.beats;
  return result;
}

}  // namespace

std::vector<PositionComparison> compare(const PositionResults& results) {
  std::vector<PositionComparison> comparisons;
  for (const PositionRow& row : results.rows) {
    for (const PositionRow& other : results.rows) {
      if (row.dataset != other.dataset || row.task != other.task || row.anchor_rule != other.anchor_rule ||
          !are_compared(row.model, other.model)) {
        continue;
      }
      PositionComparison by_auc = compared(row, other, "roc_auc", &PositionValue::roc_auc);
      if (by_auc.seeds == 0) continue;
      comparisons.push_back(std::move(by_auc));
      if (row.task == "path-sum") comparisons.push_back(compared(row, other, "accuracy", &PositionValue::accuracy));
    }
  }
  return comparisons;
}

}  // namespace cairn::benchmarks
