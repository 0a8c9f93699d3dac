#include "models/search/model_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "models/search/model_search_net.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 3> selection_names{"perturbation", "magnitude", "random"};
constexpr std::array<std::string_view, 4> stage_names{"supernet", "selection", "finalists", "done"};

}  // namespace

ModelSelection find_model_selection(std::string_view name) {
  const auto found = std::find(selection_names.begin(), selection_names.end(), name);
  if (found == selection_names.end()) throw_unknown_name("selection", name, selection_names);
  return static_cast<ModelSelection>(found - selection_names.begin());
}

std::string_view to_string(ModelSelection selection) { return selection_names[static_cast<std::size_t>(selection)]; }
std::string_view to_string(SearchStage stage) { return stage_names[static_cast<std::size_t>(stage)]; }

ModelSearch::ModelSearch(const Dataset& dataset, const ModelSearchOptions& options, PathSource source)
    : dataset_(dataset), options_(options), source_(std::move(source)), space_(search_space(options.space)) {
  if (options.seeds < 1) throw UsageError(fmt::format("--seeds: expected at least 1, found {}", options.seeds));
  if (options_.selection == ModelSelection::random) {
    Rng rng = Rng(options.seed).split("random architecture");
    selected_ = canonical_architecture(options.space, space_.random(rng));
    is_selected_ = true;
    begin_finalists();
  } else {
    begin_supernet();
  }
}

ModelSearch::~ModelSearch() = default;

SearchStage ModelSearch::stage() const {
  if (done_) return SearchStage::done;
  if (is_selected_) return SearchStage::finalists;
  return net_->search.done() ? SearchStage::selection : SearchStage::supernet;
}

void ModelSearch::advance() {
  switch (stage()) {
    case SearchStage::supernet:
      net_->search.advance();
      steps_run_ = net_->search.steps_run();
      by_magnitude_ = canonical_architecture(options_.space, architecture_by_magnitude(net_->search));
      selected_ = by_magnitude_;
      records_ = net_->search.records();
      break;
    case SearchStage::selection:
      select_next();
      break;
    case SearchStage::finalists:
      train_epoch();
      break;
    case SearchStage::done:
      break;
  }
}

void ModelSearch::begin_supernet() {
  net_ = std::make_unique<SearchNet>(dataset_, options_, source_);
  if (!net_->input.problem.task->has(Part::validation)) {
    throw UsageError("search: expected a validation part, which options are weighed on, found none");
  }
}

void ModelSearch::select_next() {
  if (options_.selection == ModelSelection::magnitude) {
    for (Index d = 0; d < space_.decision_count(); ++d) {
      if (!net_->search.is_open(d)) continue;
      DecisionRecord record = net_->search.masked(d);  // kept for the reader; magnitude does not ask it
      record.chosen = net_->search.strongest(d);
      net_->search.decide(std::move(record));
      break;
    }
  } else {
    PerturbationOptions perturbation = options_.perturbation;
    perturbation.order_seed = options_.seed;
    bool taken = false;
    select_by_perturbation(net_->search, perturbation, [&taken] { return std::exchange(taken, true); });
  }
  records_ = net_->search.records();
  selected_ = canonical_architecture(options_.space, architecture_by_magnitude(net_->search));
  if (net_->search.all_taken()) end_selection();
}

void ModelSearch::end_selection() {
  is_selected_ = true;
  net_.reset();
  begin_finalists();
}

void ModelSearch::begin_finalists() {
  const auto add = [&](std::string_view origin, TrainConfig config) {
    config = with_settings(std::move(config), options_.settings);
    config.seed = options_.seed;
    config.seeds = options_.seeds;
    propose(finalists_, std::string(origin), config);
  };
  add(to_string(options_.selection), config_of(options_.space, selected_, options_.task));
  if (options_.selection == ModelSelection::perturbation) {
    add("magnitude", config_of(options_.space, by_magnitude_, options_.task));
  }
  for (const TrainConfig& config : fixed_models(options_.task)) add("fixed", config);
  find_next();
}

void ModelSearch::find_next() {
  current_.reset();
  for (Index round = 0; round < options_.seeds; ++round) {
    for (const std::size_t f : next_round(finalists_, round)) {
      if (static_cast<Index>(finalists_[f].results.size()) > round) continue;
      current_ = f;
      return;
    }
  }
  done_ = true;
}

void ModelSearch::train_epoch() {
  Finalist& finalist = finalists_[*current_];
  if (training_ == nullptr) {
    training_ = std::make_unique<Training>(dataset_, finalist.config, source_);
    if (!finalist.state.arrays.empty()) training_->resume(finalist.state);
  }
  training_->advance();
  if (training_->results().size() == finalist.results.size()) return;
  finalist.results = training_->results();
  finalist.state = training_->save();
  training_.reset();
  find_next();
}

std::optional<std::size_t> ModelSearch::current_finalist() const {
  return stage() == SearchStage::finalists ? current_ : std::nullopt;
}

Index ModelSearch::current_epoch() const {
  return training_ == nullptr || training_->history().empty() ? 0 : training_->history().back().record.epoch;
}

std::optional<std::size_t> ModelSearch::recommended() const {
  std::optional<std::size_t> best;
  for (std::size_t f = 0; f < finalists_.size(); ++f) {
    const Finalist& finalist = finalists_[f];
    if (finalist.results.empty()) continue;
    const bool more = best && finalist.results.size() > finalists_[*best].results.size();
    const bool as_many = best && finalist.results.size() == finalists_[*best].results.size();
    if (!best || more || (as_many && better(mean_quality(finalist), mean_quality(finalists_[*best])))) best = f;
  }
  return best;
}

TrainConfig ModelSearch::recommended_config() const {
  if (const auto best = recommended()) return finalists_[*best].config;
  Architecture architecture = selected_;
  if (architecture.empty()) architecture = Architecture(space_.decisions.size(), 0);
  TrainConfig config = with_settings(config_of(options_.space, architecture, options_.task), options_.settings);
  config.seed = options_.seed;
  return config;
}

}  // namespace cairn
