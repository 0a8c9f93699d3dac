#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/search/block_model.h"
#include "models/search/chain_supernet.h"
#include "models/search/truth.h"

namespace cairn {

/// A chain over one contextual block model, and the truth about all its architectures.
struct BlockModelSearch {
  BlockModelOptions data = {};
  std::uint64_t instance = 0;  // seed of the data
  ChainOptions chain = {};     // classes are those of the data
  SearchOptions search = {};   // but method and seed
  PerturbationOptions perturbation = {};
  TruthOptions truth = {};
};

/// What one method chose.
struct ExperimentChoice {
  std::string method;     // "darts", "smoothing", "greedy", "blank", "random"
  std::string selection;  // "magnitude", "perturbation", "sign-flipped", "random"
  std::uint64_t seed = 0;
  Architecture architecture;
  Standing standing;
  std::vector<DecisionRecord> records;
};

/// A method of search with a way to select.
struct ExperimentMethod {
  SearchMethod search = SearchMethod::darts;
  std::string selection;  // "magnitude", "perturbation", "sign-flipped"
};
/// darts, smoothing and greedy, each by magnitude and by perturbation; darts sign-flipped; blank by perturbation.
std::vector<ExperimentMethod> experiment_methods();

/// The exhaustive experiment on one instance: data, space and truth are made once, then asked seed by seed.
class SearchExperiment {
 public:
  explicit SearchExperiment(const BlockModelSearch& options);

  const SearchSpace& space() const { return space_; }
  /// Trains what the truth still lacks; false where it was stopped.
  bool complete_truth(const Stopped& stopped = {});
  const Truth& truth() const { return truth_; }
  /// For a truth that was kept from an earlier run of the same options.
  void set_truth(Truth truth) { truth_ = std::move(truth); }
  /// Searches and selects; the truth must be complete. Methods of the same search train it once. Throws Error where it
  /// is not.
  std::vector<ExperimentChoice> choose(const std::vector<ExperimentMethod>& methods, std::uint64_t seed) const;
  /// Mean score over the truth: what a random choice is worth.
  double random_score() const;

 private:
  ExperimentChoice judged(const ExperimentMethod& method, std::uint64_t seed, const SupernetSearch& search) const;

  BlockModelSearch options_;
  Dataset dataset_;
  ModelInput input_;
  NodeObjective objective_;
  SearchSpace space_;
  MakeSupernet make_;
  Truth truth_;
};

/// Share of the decisions that took the option of that name.
double option_share(const SearchSpace& space, const Architecture& architecture, const std::string& option);

}  // namespace cairn
