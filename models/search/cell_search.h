#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/search/cell_supernet.h"
#include "models/search/selection.h"

/// The search of a cell of NAS-Bench-Graph, and random cells beside it.
namespace cairn {

struct CellTraining {
  Index steps = 100;
  double rate = 0.01;
  double weight_decay = 5e-3;
  Index repeats = 2;      // trainings, from other weights
  Index judge_every = 2;  // steps between two looks at the validation part
};

struct CellSearchOptions {
  CellOptions cell{.width = 32, .dropout = Real(0.7)};  // but the classes
  SearchOptions search{.steps = 100, .weight_optimizer = {.weight_decay = Real(5e-3)}};
  PerturbationOptions perturbation{.tune_steps = 10};
  Index orders = 8;            // selections by perturbation, each taking the decisions in another order
  CellTraining training = {};  // of what they end with, from the start
};

/// A cell trained from the start, means over the repeats.
struct TrainedCell {
  Cell cell;
  double validation_loss = 0;   // the lowest that it reached
  double validation_score = 0;  // the highest
};

/// By the validation loss: scores of small parts tie.
bool worse(const TrainedCell& a, const TrainedCell& b);

/// Trains the discrete network of a cell. seed: of its weights and of dropout. Throws NumericError where its loss is
/// not finite.
TrainedCell train_cell(const ModelInput& input, const SearchObjective& objective, const CellOptions& options,
                       const CellTraining& training, const Cell& cell, std::uint64_t seed);

/// One supernet; what magnitude selects from it; what perturbation selects, once for each of several random orders of
/// the decisions, since that order is a draw that decides much. Of these the cell is taken that has the lowest
/// validation loss when it is trained from the start.
class CellSearch {
 public:
  /// Input and objective must outlive the search. Throws UsageError for fewer orders than one.
  CellSearch(const ModelInput& input, const SearchObjective& objective, const CellSearchOptions& options,
             std::uint64_t seed);
  /// Trains the supernet. False where `stopped` said so.
  bool train(const Stopped& stopped = {});
  /// The cell of the highest weights, after train().
  Cell by_magnitude() const;
  /// Selects and trains from the start, after train(). False where `stopped` said so.
  bool select(const Stopped& stopped = {});

  /// What each order of decisions came to, and how each decision was taken.
  const std::vector<TrainedCell>& selected() const { return selected_; }
  const std::vector<std::vector<DecisionRecord>>& records() const { return records_; }
  /// The one that is taken. Throws Error before select().
  const TrainedCell& chosen() const;

 private:
  const ModelInput& input_;
  const SearchObjective& objective_;
  CellSearchOptions options_;
  std::uint64_t seed_;
  CellSupernet supernet_;
  SupernetSearch search_;
  std::vector<TrainedCell> selected_;
  std::vector<std::vector<DecisionRecord>> records_;
};

}  // namespace cairn
