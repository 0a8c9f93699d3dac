#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/search/finalist.h"
#include "models/search/model_supernet.h"
#include "models/search/selection.h"
#include "models/search/supernet_search.h"

namespace cairn {

/// How the architecture is read off the supernet.
enum class ModelSelection : std::uint8_t { perturbation, magnitude, random };
/// Throws UsageError for another name.
ModelSelection find_model_selection(std::string_view name);
std::string_view to_string(ModelSelection selection);

struct ModelSearchOptions {
  std::string task = "node";
  ModelSpace space = default_model_space();
  ConfigSettings settings = {};  // over the defaults of all models
  ModelSupernetOptions supernet = {};
  SearchOptions search{.steps = 60, .weight_optimizer = {.weight_decay = Real(5e-4)}};  // but its seed
  PerturbationOptions perturbation{.tune_steps = 8};                                    // but its order
  ModelSelection selection = ModelSelection::perturbation;
  Index seeds = 2;         // of the finalists that are left at the end
  std::uint64_t seed = 0;  // the first
};

struct SearchNet;

enum class SearchStage : std::uint8_t { supernet, selection, finalists, done };
std::string_view to_string(SearchStage stage);

/// The search of a model: a supernet is trained, an architecture selected, then trained from the start beside the
/// models of fixed_models() and, for comparison, what magnitude would have selected. All finalists train the first
/// seed, the best third by validation (at least two) the next one, and so on; recommended is the best by mean
/// validation of those that trained most. The test part decides nothing.
///
/// A piece of work at a time: the caller owns the loop, hence clock, progress and interruption.
class ModelSearch {
 public:
  /// The dataset must outlive the search. Throws as Training, and UsageError for a space that makes no sense and where
  /// nothing validates.
  ModelSearch(const Dataset& dataset, const ModelSearchOptions& options, PathSource source = shortest_path_items);
  ~ModelSearch();

  SearchStage stage() const;
  bool done() const { return stage() == SearchStage::done; }
  /// A step of the supernet, a decision with the tuning behind it, or an epoch of a finalist.
  void advance();

  const ModelSearchOptions& options() const { return options_; }
  const SearchSpace& space() const { return space_; }
  /// Of the supernet: steps of its search that were made.
  Index steps_run() const { return steps_run_; }
  /// How each decision was taken, with every masked loss and score.
  const std::vector<DecisionRecord>& records() const { return records_; }
  /// By the highest weights at the end of the supernet's search (so far); empty before any step.
  const Architecture& by_magnitude() const { return by_magnitude_; }
  /// What was selected; by magnitude as long as not all is selected.
  const Architecture& selected() const { return selected_; }

  const std::vector<Finalist>& finalists() const { return finalists_; }
  /// The finalist that advance() will train, for progress; nothing in other stages.
  std::optional<std::size_t> current_finalist() const;
  /// Epochs that it has trained with its current seed.
  Index current_epoch() const;
  /// The best finalist so far; nothing before any has finished a seed.
  std::optional<std::size_t> recommended() const;
  /// The configuration to train with: of the finalist above, else of the selected architecture.
  TrainConfig recommended_config() const;

  /// All that another search of the same dataset and options needs to go on to the same bits.
  NamedTensors save() const;
  /// Throws UsageError naming the first option that differs, Error where the file does not fit.
  void resume(const NamedTensors& from);

 private:
  void begin_supernet();
  void select_next();
  void end_selection();
  void begin_finalists();
  /// Starts the training of the next finalist that is to train another seed; none: done.
  void find_next();
  void train_epoch();
  std::string description() const;

  const Dataset& dataset_;
  ModelSearchOptions options_;
  PathSource source_;
  SearchSpace space_;
  std::unique_ptr<SearchNet> net_;  // gone once the architecture is selected
  Index steps_run_ = 0;
  std::vector<DecisionRecord> records_;
  Architecture by_magnitude_;
  Architecture selected_;
  bool is_selected_ = false;
  std::vector<Finalist> finalists_;
  std::optional<std::size_t> current_;  // finalist in training
  std::unique_ptr<Training> training_;
  bool done_ = false;
};

/// Bytes that a search holds at its peak, worked out before any of it is made: rows and gradients of the supernet's
/// parts, and states along paths.
Index planned_bytes(const Dataset& dataset, const ModelSearchOptions& options);

}  // namespace cairn
