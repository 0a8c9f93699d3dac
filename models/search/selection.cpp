#include "models/search/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace cairn {

std::vector<Index> decision_order(const SearchSpace& space, const PerturbationOptions& options) {
  std::vector<Index> all(space.decisions.size());
  std::iota(all.begin(), all.end(), Index{0});
  if (!options.order.empty()) {
    if (!std::is_permutation(all.begin(), all.end(), options.order.begin(), options.order.end())) {
      throw UsageError(fmt::format("search: the order of decisions must name each of {} once", all.size()));
    }
    return options.order;
  }
  Rng rng = Rng(options.order_seed).split("decision order");
  for (std::size_t i = all.size(); i > 1; --i) {
    std::swap(all[i - 1], all[static_cast<std::size_t>(rng.below(static_cast<Index>(i)))]);
  }
  std::stable_sort(all.begin(), all.end(), [&](Index a, Index b) {
    return space.decisions[static_cast<std::size_t>(a)].phase < space.decisions[static_cast<std::size_t>(b)].phase;
  });
  return all;
}

bool run_search(SupernetSearch& search, const Stopped& stopped) {
  while (!search.done()) {
    if (stopped && stopped()) return false;
    search.advance();
  }
  return true;
}

bool select_by_perturbation(SupernetSearch& search, const PerturbationOptions& options, const Stopped& stopped) {
  for (const Index decision : decision_order(search.space(), options)) {
    if (!search.is_open(decision)) continue;
    if (stopped && stopped()) return false;
    DecisionRecord record = search.masked(decision, options.evaluations);
    record.chosen =
        options.keep_least ? least_missed(record, options.criterion) : most_missed(record, options.criterion);
    search.decide(std::move(record));
    if (search.all_taken()) break;  // nobody is judged after the last decision
    for (Index t = 0; t < options.tune_steps; ++t) search.tune(options.tune_rate_share, options.tune_alpha);
  }
  return true;
}

Architecture architecture_by_magnitude(const SupernetSearch& search) {
  Architecture chosen;
  for (Index d = 0; d < search.space().decision_count(); ++d) chosen.push_back(search.strongest(d));
  return chosen;
}

}  // namespace cairn
