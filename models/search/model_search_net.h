#pragma once

#include "models/search/model_search.h"
#include "models/search/task_objective.h"

namespace cairn {

/// The supernet of a ModelSearch with what it reads, and its search.
struct SearchNet {
  /// The dataset must outlive this.
  SearchNet(const Dataset& dataset, const ModelSearchOptions& options, const PathSource& source)
      : input(prepare_model_search(dataset, options.space, options.task, options.settings, options.seed, source)),
        objective(*input.problem.task),
        supernet(input, options.space, options.supernet, Rng(options.seed).split("supernet")),
        search(supernet, objective, seeded(options)) {}

  static SearchOptions seeded(const ModelSearchOptions& options) {
    SearchOptions search = options.search;
    search.seed = options.seed;
    return search;
  }

  ModelSearchInput input;
  TaskObjective objective;
  ModelSupernet supernet;
  SupernetSearch search;
};

}  // namespace cairn
