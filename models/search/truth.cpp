#include "models/search/truth.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "core/subnormals.h"
#include "optim/optimizers.h"

namespace cairn {

double train_architecture(const MakeSupernet& make, const SearchObjective& objective, const Architecture& architecture,
                          const TruthOptions& options, Index repeat) {
  const FlushSubnormals flush;
  const Rng rng = Rng(options.seed).split("truth").split(static_cast<std::uint64_t>(repeat));
  const auto network = make(rng.split("weights"));
  check_architecture(network->space(), architecture);
  const std::vector<NamedParameter> parameters = parameters_of(*network);
  const auto optimizer = make_optimizer(options.optimizer);
  const Mixture discrete(architecture);
  for (Index step = 0; step < options.steps; ++step) {
    const Pass pass = Pass::training(rng.split("pass").key(), step);
    const Variable loss = objective.loss(network->forward(discrete, pass), Part::train, pass);
    if (!std::isfinite(loss.value().item())) {
      throw NumericError(fmt::format("step {}: the training loss is not finite", step + 1));
    }
    backward(loss);
    optimizer->step(parameters, static_cast<Real>(options.rate));
    clear_gradients(parameters);
  }
  const WithoutGradients without_gradients;
  return objective.score(network->forward(discrete, Pass::evaluation()).value(), Part::test);
}

bool complete_truth(Truth& truth, const MakeSupernet& make, const SearchObjective& objective,
                    const TruthOptions& options, Index budget, const Stopped& stopped) {
  const SearchSpace space = make(Rng(options.seed))->space();
  const Index count = space.architecture_count();
  Index trained = 0;
  for (Index number = 0; number < count; ++number) {
    if (truth.contains(number)) continue;
    if ((budget > 0 && trained == budget) || (stopped && stopped())) return false;
    double sum = 0;
    for (Index repeat = 0; repeat < options.repeats; ++repeat) {
      sum += train_architecture(make, objective, space.architecture(number), options, repeat);
    }
    truth[number] = sum / static_cast<double>(options.repeats);
    ++trained;
  }
  return true;
}

Standing standing(const Truth& truth, Index architecture) {
  const auto own = truth.find(architecture);
  if (own == truth.end()) throw Error(fmt::format("truth: architecture {} was not trained", architecture));
  Standing found{.score = own->second, .regret = 0, .rank = 0, .percentile = 100};
  double worse = 0;
  for (const auto& [number, score] : truth) {
    if (number == architecture) continue;
    if (score > own->second) ++found.rank;
    found.regret = std::max(found.regret, score - own->second);
    worse += score < own->second ? 1 : (score == own->second ? 0.5 : 0);
  }
  if (truth.size() > 1) found.percentile = 100 * worse / static_cast<double>(truth.size() - 1);
  return found;
}

}  // namespace cairn
