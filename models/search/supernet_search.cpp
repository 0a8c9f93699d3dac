#include "models/search/supernet_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "autodiff/ops_normalize.h"
#include "core/error.h"
#include "core/subnormals.h"
#include "optim/optimizers.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 4> method_names{"darts", "smoothing", "greedy", "blank"};

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

/// 1 - entropy / log(options): 0 of equal weights, 1 of a single one.
double certainty(const std::vector<double>& weights) {
  double entropy = 0;
  for (const double w : weights) {
    if (w > 0) entropy -= w * std::log(w);
  }
  return weights.size() < 2 ? 1 : 1 - entropy / std::log(static_cast<double>(weights.size()));
}

void require_finite(const Variable& loss, std::string_view of, Index step) {
  if (!std::isfinite(loss.value().item())) {
    throw NumericError(fmt::format("search step {}: the {} loss is not finite", step + 1, of));
  }
}

}  // namespace

SearchMethod find_search_method(std::string_view name) {
  const auto found = std::find(method_names.begin(), method_names.end(), name);
  if (found == method_names.end()) throw_unknown_name("search method", name, method_names);
  return static_cast<SearchMethod>(found - method_names.begin());
}

std::string_view to_string(SearchMethod method) { return method_names[static_cast<std::size_t>(method)]; }

SupernetSearch::SupernetSearch(const Supernet& supernet, const SearchObjective& objective, const SearchOptions& options)
    : supernet_(supernet),
      objective_(objective),
      options_(options),
      rng_(Rng(options.seed).split("search")),
      parameters_(parameters_of(supernet)),
      weight_optimizer_(make_optimizer(options.weight_optimizer)),
      alpha_optimizer_(make_optimizer(options.alpha_optimizer)),
      taken_(supernet.space().decisions.size(), -1) {
  if (options.steps < 0 || options.warm_up < 0) throw UsageError("search: steps and warm-up are at least 0");
  if (!(options.weight_rate >= 0 && options.alpha_rate >= 0)) throw UsageError("search: rates are at least 0");
  if (!(options.smoothing >= 0 && options.smoothing <= 1)) throw UsageError("search: smoothing is in [0, 1]");
  if (options.greedy_from < 1 || options.greedy_every < 1) throw UsageError("search: greedy steps are at least 1");
  supernet.space().architecture_count();  // a space without options fails before any work
  Rng start = rng_.split("alpha");
  for (const SearchDecision& decision : supernet.space().decisions) {
    Tensor alpha(Shape{1, decision.option_count()});
    if (options.method != SearchMethod::blank) {
      for (Real& value : alpha.values()) value = static_cast<Real>(options.alpha_deviation) * start.normal();
    }
    alphas_.push_back(
        {.name = fmt::format("alpha.{}", alphas_.size()), .value = Variable::parameter(std::move(alpha))});
  }
}

void SupernetSearch::advance() {
  if (options_.method != SearchMethod::blank && steps_run_ >= options_.warm_up) move_alpha(options_.alpha_rate);
  move_weights(options_.weight_rate);
  ++steps_run_;
  if (options_.method == SearchMethod::greedy && steps_run_ >= options_.greedy_from &&
      (steps_run_ - options_.greedy_from) % options_.greedy_every == 0 && !all_taken()) {
    decide_greedily();
  }
}

void SupernetSearch::tune(double rate_share, bool move_alpha_too) {
  const FlushSubnormals flush;
  if (move_alpha_too && options_.method != SearchMethod::blank) move_alpha(rate_share * options_.alpha_rate);
  move_weights(rate_share * options_.weight_rate);
  ++steps_run_;
}

void SupernetSearch::move_alpha(double rate) {
  if (all_taken()) return;
  std::vector<Variable> weights;
  for (std::size_t d = 0; d < alphas_.size(); ++d) {
    weights.push_back(taken_[d] < 0 ? softmax(alphas_[d].value) : Variable());
  }
  const Pass pass = Pass::training(rng_.split("validation pass").key(), steps_run_);
  const Mixture mixture(std::move(weights), taken_);
  const Variable loss = objective_.loss(supernet_.forward(mixture, pass), Part::validation, pass);
  require_finite(loss, "validation", steps_run_);
  backward(loss);
  alpha_optimizer_->step(alphas_, static_cast<Real>(rate));
  clear_gradients(alphas_);
  clear_gradients(parameters_);
}

void SupernetSearch::move_weights(double rate) {
  const Pass pass = Pass::training(rng_.split("training pass").key(), steps_run_);
  const Mixture current = options_.method == SearchMethod::smoothing ? smoothed() : mixture();
  const Variable loss = objective_.loss(supernet_.forward(current, pass), Part::train, pass);
  require_finite(loss, "training", steps_run_);
  train_loss_ = static_cast<double>(loss.value().item());
  backward(loss);
  weight_optimizer_->step(parameters_, static_cast<Real>(rate));
  clear_gradients(parameters_);
}

bool SupernetSearch::all_taken() const {
  return std::none_of(taken_.begin(), taken_.end(), [](Index option) { return option < 0; });
}

std::vector<double> SupernetSearch::weights(Index decision) const {
  const WithoutGradients without_gradients;
  const Variable soft = softmax(alphas_[place(decision)].value);
  const auto values = soft.value().values();
  return {values.begin(), values.end()};
}

Index SupernetSearch::strongest(Index decision) const {
  if (!is_open(decision)) return taken_[place(decision)];
  const std::vector<double> all = weights(decision);
  return static_cast<Index>(std::max_element(all.begin(), all.end()) - all.begin());
}

Index SupernetSearch::most_certain() const {
  Index best = -1;
  for (Index d = 0; d < space().decision_count(); ++d) {
    if (!is_open(d)) continue;
    const Index phase = space().decisions[place(d)].phase;
    const Index best_phase = best < 0 ? phase : space().decisions[place(best)].phase;
    const bool earlier = best < 0 || phase < best_phase;
    if (earlier || (phase == best_phase && certainty(weights(d)) > certainty(weights(best)))) best = d;
  }
  return best;
}

Mixture SupernetSearch::mixture() const {
  const WithoutGradients without_gradients;
  std::vector<Variable> weights;
  for (std::size_t d = 0; d < alphas_.size(); ++d) {
    weights.push_back(taken_[d] < 0 ? softmax(alphas_[d].value) : Variable());
  }
  return {std::move(weights), taken_};
}

Mixture SupernetSearch::smoothed() const {
  std::vector<Variable> moved(alphas_.size());
  Rng noise = rng_.split("smoothing").split(static_cast<std::uint64_t>(steps_run_));
  const auto epsilon = static_cast<Real>(options_.smoothing);
  for (std::size_t d = 0; d < alphas_.size(); ++d) {
    if (taken_[d] >= 0) continue;
    const std::vector<double> before = weights(static_cast<Index>(d));
    Tensor values(alphas_[d].value.shape());
    Real sum = 0;
    for (std::size_t o = 0; o < before.size(); ++o) {
      values.values()[o] = std::max(Real(0), static_cast<Real>(before[o]) + noise.uniform(-epsilon, epsilon));
      sum += values.values()[o];
    }
    if (sum > 0) {
      for (Real& value : values.values()) value /= sum;
    } else {
      std::copy(before.begin(), before.end(), values.data());
    }
    moved[d] = Variable::constant(std::move(values));
  }
  return {std::move(moved), taken_};
}

SupernetSearch::Judgement SupernetSearch::judge(const Mixture& mixture, Part part, Index evaluations) const {
  if (evaluations < 1) throw UsageError(fmt::format("search: expected at least 1 evaluation, found {}", evaluations));
  const WithoutGradients without_gradients;
  const Pass pass = Pass::evaluation();
  Judgement mean;
  for (Index k = 0; k < evaluations; ++k) {
    const Variable rows = supernet_.forward(mixture.with_draw(static_cast<std::uint64_t>(k)), pass);
    const Variable loss = objective_.loss(rows, part, pass);
    require_finite(loss, to_string(part), steps_run_);
    mean.loss += static_cast<double>(loss.value().item()) / static_cast<double>(evaluations);
    mean.score += objective_.score(rows.value(), part) / static_cast<double>(evaluations);
  }
  return mean;
}

DecisionRecord SupernetSearch::masked(Index decision, Index evaluations) const {
  DecisionRecord record{.decision = decision, .chosen = -1, .step = steps_run_, .weights = weights(decision)};
  const Mixture whole = mixture();
  const Index options = space().decisions[place(decision)].option_count();
  for (Index o = 0; options > 1 && o < options; ++o) {
    const Judgement without = judge(whole.without(decision, o), Part::validation, evaluations);
    record.masked_loss.push_back(without.loss);
    record.masked_score.push_back(without.score);
  }
  return record;
}

void SupernetSearch::decide(DecisionRecord record) {
  if (record.decision < 0 || record.decision >= space().decision_count() || !is_open(record.decision)) {
    throw Error(fmt::format("search: decision {} is not open", record.decision));
  }
  const SearchDecision& decision = space().decisions[place(record.decision)];
  if (record.chosen < 0 || record.chosen >= decision.option_count()) {
    throw Error(fmt::format("search: '{}' has no option {}", decision.name, record.chosen));
  }
  taken_[place(record.decision)] = record.chosen;
  records_.push_back(std::move(record));
}

void SupernetSearch::decide_greedily() {
  const Index decision = most_certain();
  if (options_.greedy_by_perturbation) {
    DecisionRecord record = masked(decision);
    record.chosen = most_missed(record);
    decide(std::move(record));
  } else {
    decide({.decision = decision, .chosen = strongest(decision), .step = steps_run_, .weights = weights(decision)});
  }
}

}  // namespace cairn
