#include "models/search/cell_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/subnormals.h"
#include "optim/optimizers.h"

namespace cairn {

namespace {

SearchOptions seeded(SearchOptions options, std::uint64_t seed) {
  options.seed = seed;
  return options;
}

TrainedCell train_once(const ModelInput& input, const SearchObjective& objective, const CellOptions& options,
                       const CellTraining& training, const Cell& cell, const Rng& rng) {
  const FlushSubnormals flush;
  const CellSupernet network(input, options, rng.split("weights"));
  const std::vector<NamedParameter> parameters = parameters_of(network);
  OptimizerOptions optimizer_options;
  optimizer_options.weight_decay = static_cast<Real>(training.weight_decay);
  const auto optimizer = make_optimizer(optimizer_options);
  const Mixture discrete(architecture_of(cell));
  TrainedCell trained{.cell = cell, .validation_loss = std::numeric_limits<double>::infinity()};
  for (Index step = 0; step < training.steps; ++step) {
    const Pass pass = Pass::training(rng.split("pass").key(), step);
    const Variable loss = objective.loss(network.forward(discrete, pass), Part::train, pass);
    if (!std::isfinite(loss.value().item())) {
      throw NumericError(fmt::format("cell {}, step {}: the loss is not finite", describe(cell), step + 1));
    }
    backward(loss);
    optimizer->step(parameters, static_cast<Real>(training.rate));
    clear_gradients(parameters);
    if ((step + 1) % training.judge_every != 0 && step + 1 != training.steps) continue;
    const WithoutGradients without_gradients;
    const Variable rows = network.forward(discrete, Pass::evaluation());
    const Variable found = objective.loss(rows, Part::validation, Pass::evaluation());
    trained.validation_loss = std::min(trained.validation_loss, static_cast<double>(found.value().item()));
    trained.validation_score = std::max(trained.validation_score, objective.score(rows.value(), Part::validation));
  }
  return trained;
}

}  // namespace

bool worse(const TrainedCell& a, const TrainedCell& b) { return a.validation_loss > b.validation_loss; }

TrainedCell train_cell(const ModelInput& input, const SearchObjective& objective, const CellOptions& options,
                       const CellTraining& training, const Cell& cell, std::uint64_t seed) {
  TrainedCell mean{.cell = cell};
  for (Index repeat = 0; repeat < training.repeats; ++repeat) {
    const Rng rng = Rng(seed).split("train cell").split(static_cast<std::uint64_t>(repeat));
    const TrainedCell once = train_once(input, objective, options, training, cell, rng);
    mean.validation_loss += once.validation_loss / static_cast<double>(training.repeats);
    mean.validation_score += once.validation_score / static_cast<double>(training.repeats);
  }
  return mean;
}

CellSearch::CellSearch(const ModelInput& input, const SearchObjective& objective, const CellSearchOptions& options,
                       std::uint64_t seed)
    : input_(input),
      objective_(objective),
      options_(options),
      seed_(seed),
      supernet_(input, options.cell, Rng(seed).split("supernet")),
      search_(supernet_, objective, seeded(options.search, seed)) {
  if (options.orders < 1) {
    throw UsageError(fmt::format("search: expected at least 1 order of decisions, found {}", options.orders));
  }
}

bool CellSearch::train(const Stopped& stopped) { return run_search(search_, stopped); }

Cell CellSearch::by_magnitude() const { return cell_of(architecture_by_magnitude(search_)); }

bool CellSearch::select(const Stopped& stopped) {
  NamedTensors trained;
  search_.save(trained, "");
  for (Index order = 0; order < options_.orders; ++order) {
    PerturbationOptions perturbation = options_.perturbation;
    perturbation.order_seed = Rng(seed_).split("order").split(static_cast<std::uint64_t>(order)).key();
    const bool selected = select_by_perturbation(search_, perturbation, stopped);
    if (selected) {
      const Cell cell = cell_of(architecture_by_magnitude(search_));
      records_.push_back(search_.records());
      selected_.push_back(train_cell(input_, objective_, options_.cell, options_.training, cell, seed_));
    }
    search_.restore(trained, "");
    if (!selected) return false;
  }
  return true;
}

const TrainedCell& CellSearch::chosen() const {
  if (selected_.empty()) throw Error("search: no cell is selected yet");
  return *std::max_element(selected_.begin(), selected_.end(), worse);
}

}  // namespace cairn
