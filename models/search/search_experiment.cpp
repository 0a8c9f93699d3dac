#include "models/search/search_experiment.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"
#include "tensor/named_tensors.h"

namespace cairn {

namespace {

ChainOptions with_classes(ChainOptions chain, const Dataset& dataset) {
  chain.classes = dataset.class_count();
  return chain;
}

}  // namespace

std::vector<ExperimentMethod> experiment_methods() {
  return {{SearchMethod::darts, "magnitude"},        {SearchMethod::darts, "perturbation"},
          {SearchMethod::darts, "sign-flipped"},     {SearchMethod::smoothing, "magnitude"},
          {SearchMethod::smoothing, "perturbation"}, {SearchMethod::greedy, "magnitude"},
          {SearchMethod::greedy, "perturbation"},    {SearchMethod::blank, "perturbation"}};
}

SearchExperiment::SearchExperiment(const BlockModelSearch& options)
    : options_(options),
      dataset_(contextual_block_model(options.data, options.instance)),
      input_(Variable::constant(std::get<Tensor>(dataset_.features)), dataset_.graph),
      objective_(dataset_.labels, dataset_.splits.front()),
      space_(chain_space(options.chain)) {
  make_ = [input = input_, chain = with_classes(options.chain, dataset_)](const Rng& rng) {
    return std::make_unique<ChainSupernet>(input, chain, rng);
  };
}

bool SearchExperiment::complete_truth(const Stopped& stopped) {
  return cairn::complete_truth(truth_, make_, objective_, options_.truth, 0, stopped);
}

std::vector<ExperimentChoice> SearchExperiment::choose(const std::vector<ExperimentMethod>& methods,
                                                       std::uint64_t seed) const {
  if (static_cast<Index>(truth_.size()) != space_.architecture_count())
    throw Error("search: the truth is not complete");
  std::vector<ExperimentChoice> choices;
  std::map<std::pair<SearchMethod, bool>, NamedTensors>
      trained;  // searches, so that selections start from the same one
  for (const ExperimentMethod& method : methods) {
    SearchOptions search_options = options_.search;
    search_options.method = method.search;
    search_options.seed = seed;
    // Greedy searches decide on the way: by what their selection measures.
    search_options.greedy_by_perturbation = method.selection != "magnitude";
    const auto supernet = make_(Rng(seed).split("supernet"));
    SupernetSearch search(*supernet, objective_, search_options);
    const auto [state, fresh] = trained.try_emplace(
        {method.search, method.search == SearchMethod::greedy && search_options.greedy_by_perturbation});
    if (fresh) {
      run_search(search);
      search.save(state->second, "");
    } else {
      search.restore(state->second, "");
    }
    if (method.selection != "magnitude") {
      PerturbationOptions perturbation = options_.perturbation;
      perturbation.order_seed = seed;
      perturbation.keep_least = method.selection == "sign-flipped";
      select_by_perturbation(search, perturbation);
    }
    choices.push_back(judged(method, seed, search));
  }
  return choices;
}

ExperimentChoice SearchExperiment::judged(const ExperimentMethod& method, std::uint64_t seed,
                                          const SupernetSearch& search) const {
  const Architecture chosen = architecture_by_magnitude(search);
  return {.method = std::string(to_string(method.search)),
          .selection = method.selection,
          .seed = seed,
          .architecture = chosen,
          .standing = standing(truth_, space_.number(chosen)),
          .records = search.records()};
}

double SearchExperiment::random_score() const {
  double sum = 0;
  for (const auto& [number, score] : truth_) sum += score;
  return truth_.empty() ? 0 : sum / static_cast<double>(truth_.size());
}

double option_share(const SearchSpace& space, const Architecture& architecture, const std::string& option) {
  check_architecture(space, architecture);
  double count = 0;
  for (std::size_t d = 0; d < architecture.size(); ++d) {
    count += space.decisions[d].options[static_cast<std::size_t>(architecture[d])] == option ? 1 : 0;
  }
  return architecture.empty() ? 0 : count / static_cast<double>(architecture.size());
}

}  // namespace cairn
