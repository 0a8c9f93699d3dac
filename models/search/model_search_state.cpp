#include <fmt/format.h>

#include "core/error.h"
#include "models/search/model_search.h"
#include "models/search/model_search_net.h"

// What an interrupted search keeps: a text of its options, then the supernet's search ("supernet.*"), or what was
// selected and each finalist's training ("finalist.<number>.*", as `train --save` would have it).
namespace cairn {

namespace {

void add(const NamedTensors& from, const std::string& prefix, NamedTensors& to) {
  for (const auto& [name, array] : from.arrays) to.arrays[prefix + name] = array;
  for (const auto& [name, text] : from.metadata) to.metadata[prefix + name] = text;
}

NamedTensors taken_out(const NamedTensors& from, const std::string& prefix) {
  NamedTensors part;
  for (auto e = from.arrays.lower_bound(prefix); e != from.arrays.end() && e->first.starts_with(prefix); ++e) {
    part.arrays[e->first.substr(prefix.size())] = e->second;
  }
  for (auto e = from.metadata.lower_bound(prefix); e != from.metadata.end() && e->first.starts_with(prefix); ++e) {
    part.metadata[e->first.substr(prefix.size())] = e->second;
  }
  return part;
}

void save_numbers(const Architecture& numbers, const std::string& name, NamedTensors& to) {
  to.arrays[name] = {Shape{static_cast<Index>(numbers.size())},
                     std::vector<std::int64_t>(numbers.begin(), numbers.end())};
}

Architecture load_numbers(const NamedTensors& from, const std::string& name) {
  const auto* numbers = std::get_if<std::vector<std::int64_t>>(&find_array(from, name).values);
  if (numbers == nullptr) throw Error(fmt::format("tensor '{}': not what a search writes", name));
  return {numbers->begin(), numbers->end()};
}

void save_records(const std::vector<DecisionRecord>& records, NamedTensors& to) {
  const auto stored = [](const std::vector<double>& values) {
    return StoredArray{Shape{static_cast<Index>(values.size())}, values};
  };
  for (std::size_t r = 0; r < records.size(); ++r) {
    const std::string name = fmt::format("record.{}.", r);
    save_numbers({records[r].decision, records[r].chosen, records[r].step}, name + "choice", to);
    to.arrays[name + "weights"] = stored(records[r].weights);
    to.arrays[name + "masked_loss"] = stored(records[r].masked_loss);
    to.arrays[name + "masked_score"] = stored(records[r].masked_score);
  }
}

std::vector<DecisionRecord> load_records(const NamedTensors& from) {
  const auto loaded = [&](const std::string& name) {
    const auto* values = std::get_if<std::vector<double>>(&find_array(from, name).values);
    if (values == nullptr) throw Error(fmt::format("tensor '{}': not what a search writes", name));
    return *values;
  };
  std::vector<DecisionRecord> records;
  while (from.arrays.contains(fmt::format("record.{}.choice", records.size()))) {
    const std::string name = fmt::format("record.{}.", records.size());
    const Architecture choice = load_numbers(from, name + "choice");
    if (choice.size() != 3) throw Error(fmt::format("tensor '{}choice': not what a search writes", name));
    records.push_back({.decision = choice[0],
                       .chosen = choice[1],
                       .step = choice[2],
                       .weights = loaded(name + "weights"),
                       .masked_loss = loaded(name + "masked_loss"),
                       .masked_score = loaded(name + "masked_score")});
  }
  return records;
}

}  // namespace

std::string ModelSearch::description() const {
  std::string text = fmt::format(
      "dataset={} nodes={} edges={} task={} seed={} seeds={} method={} selection={} criterion={} steps={} tune={}",
      dataset_.name, dataset_.node_count(), dataset_.graph.edge_count(), options_.task, options_.seed, options_.seeds,
      to_string(options_.search.method), to_string(options_.selection),
      options_.perturbation.criterion == Criterion::loss ? "loss" : "score", options_.search.steps,
      options_.perturbation.tune_steps);
  for (const SearchDecision& decision : space_.decisions) {
    text += fmt::format(" {}={}", decision.name, fmt::join(decision.options, ","));
  }
  for (const auto& [name, value] : options_.settings) text += fmt::format(" {}={}", name, value);
  return text;
}

NamedTensors ModelSearch::save() const {
  NamedTensors saved;
  saved.metadata["search"] = description();
  saved.metadata["stage"] = to_string(stage());
  save_numbers({steps_run_}, "steps", saved);
  save_numbers(by_magnitude_, "by_magnitude", saved);
  save_numbers(selected_, "selected", saved);
  save_records(records_, saved);
  if (net_ != nullptr) net_->search.save(saved, "supernet.");
  for (std::size_t f = 0; f < finalists_.size(); ++f) {
    const bool running = training_ != nullptr && current_ == f;
    add(running ? training_->save() : finalists_[f].state, fmt::format("finalist.{}.", f), saved);
  }
  return saved;
}

void ModelSearch::resume(const NamedTensors& from) {
  if (const std::string& before = find_metadata(from, "search"); before != description()) {
    throw UsageError(
        fmt::format("--resume: the search was started as '{}', expected the same, found '{}'", before, description()));
  }
  const std::string& stage_name = find_metadata(from, "stage");
  steps_run_ = load_numbers(from, "steps").at(0);
  by_magnitude_ = load_numbers(from, "by_magnitude");
  selected_ = load_numbers(from, "selected");
  records_ = load_records(from);
  if (stage_name == to_string(SearchStage::supernet) || stage_name == to_string(SearchStage::selection)) {
    if (net_ == nullptr) throw Error("metadata 'stage': a search that has no supernet is not in that stage");
    net_->search.restore(from, "supernet.");
    return;
  }
  check_architecture(space_, selected_);
  is_selected_ = true;
  net_.reset();
  finalists_.clear();
  begin_finalists();
  for (std::size_t f = 0; f < finalists_.size(); ++f) {
    finalists_[f].state = taken_out(from, fmt::format("finalist.{}.", f));
    if (!finalists_[f].state.metadata.empty()) finalists_[f].results = load_results(finalists_[f].state);
  }
  find_next();
}

}  // namespace cairn
