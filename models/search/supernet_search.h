#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/search/decision_record.h"
#include "models/search/supernet.h"
#include "optim/optimizer.h"
#include "tensor/named_tensors.h"

namespace cairn {

enum class SearchMethod : std::uint8_t {
  darts,      // alternating first-order updates
  smoothing,  // the same, with the options' weights moved at random while network weights train
  greedy,     // the same, with decisions taken one by one on the way, the most certain first
  blank       // the options' weights stay equal
};
/// "darts", "smoothing", "greedy", "blank". Throws UsageError for another name.
SearchMethod find_search_method(std::string_view name);
std::string_view to_string(SearchMethod method);

struct SearchOptions {
  SearchMethod method = SearchMethod::darts;
  Index steps = 150;  // each one update of alpha on the validation part and one of the weights on the training part
  double weight_rate = 0.01;
  OptimizerOptions weight_optimizer = {};
  double alpha_rate = 0.03;
  OptimizerOptions alpha_optimizer{.beta1 = Real(0.5)};
  double alpha_deviation = 1e-3;  // alpha starts normal around 0
  Index warm_up = 0;              // first steps, in which alpha does not move
  double smoothing = 0.03;        // epsilon of SearchMethod::smoothing
  Index greedy_from = 50;         // SearchMethod::greedy: step of the first decision
  Index greedy_every = 25;        // and steps between two
  bool greedy_by_perturbation = false;
  std::uint64_t seed = 0;
};

/// A supernet in training, and what is decided of it: one step, or one decision, at a time. The caller owns the loop,
/// hence clock, progress and interruption.
///
/// Sources: Liu, Simonyan and Yang, ICLR 2019, algorithm 1 with xi = 0 (darts); Chen and Hsieh, ICML 2020, SDARTS-RS
/// (smoothing: uniform noise on the softmax, here cut at 0 and scaled to sum 1 again); Li et al., CVPR 2020, SGAS
/// (greedy: of its criteria the certainty 1 - entropy / log(options) alone).
class SupernetSearch {
 public:
  /// Supernet and objective must outlive the search. Throws UsageError for options out of range.
  SupernetSearch(const Supernet& supernet, const SearchObjective& objective, const SearchOptions& options);

  const SearchSpace& space() const { return supernet_.space(); }
  const SearchOptions& options() const { return options_; }
  bool done() const { return steps_run_ >= options_.steps; }
  Index steps_run() const { return steps_run_; }
  /// One step of the search. Throws NumericError where a loss is not finite.
  void advance();
  /// One step after the search, with a share of its learning rates; blank searches leave alpha here too.
  void tune(double rate_share, bool move_alpha);
  /// Training loss at the last step.
  double train_loss() const { return train_loss_; }

  bool is_open(Index decision) const { return taken_[static_cast<std::size_t>(decision)] < 0; }
  bool all_taken() const;
  /// An option for each decision, -1 while it is open.
  const Architecture& taken() const { return taken_; }
  /// softmax(alpha) of a decision.
  std::vector<double> weights(Index decision) const;
  /// The option of the highest weight, the first of equals; the option taken of a taken decision.
  Index strongest(Index decision) const;
  /// Of the open decisions of the earliest phase the one whose weights have the least entropy. At least one is open.
  Index most_certain() const;

  /// The supernet as it stands, weights as constants.
  Mixture mixture() const;
  struct Judgement {
    double loss = 0;
    double score = 0;
  };
  /// On a part, means over `evaluations` draws of what is random. Throws NumericError where the loss is not finite.
  Judgement judge(const Mixture& mixture, Part part, Index evaluations = 1) const;
  /// The supernet on the validation part without each option of an open decision in turn, the weights of the others as
  /// they are. Nothing of a decision with one option.
  DecisionRecord masked(Index decision, Index evaluations = 1) const;
  /// Takes an open decision. Throws Error where it is taken already.
  void decide(DecisionRecord record);
  const std::vector<DecisionRecord>& records() const { return records_; }

  /// Everything that another search of the same supernet, objective and options needs to go on to the same bits.
  void save(NamedTensors& to, const std::string& prefix) const;
  /// Throws Error naming what is missing or does not fit.
  void restore(const NamedTensors& from, const std::string& prefix);

 private:
  void move_alpha(double rate);
  void move_weights(double rate);
  Mixture smoothed() const;
  void decide_greedily();

  const Supernet& supernet_;
  const SearchObjective& objective_;
  SearchOptions options_;
  Rng rng_;
  std::vector<NamedParameter> parameters_;
  std::vector<NamedParameter> alphas_;  // one a decision, [1, options]
  std::unique_ptr<Optimizer> weight_optimizer_;
  std::unique_ptr<Optimizer> alpha_optimizer_;
  Index steps_run_ = 0;
  double train_loss_ = 0;
  Architecture taken_;
  std::vector<DecisionRecord> records_;
};

}  // namespace cairn
