#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/search/supernet_search.h"

namespace cairn {

struct PerturbationOptions {
  Criterion criterion = Criterion::loss;
  Index tune_steps = 20;          // of the supernet between two decisions
  double tune_rate_share = 1;     // of the search's learning rates
  bool tune_alpha = true;         // weights of open decisions go on learning meanwhile
  Index evaluations = 1;          // draws of random operations that a masked loss is the mean of
  bool keep_least = false;        // control: keeps the option whose removal hurts least
  std::vector<Index> order = {};  // of the decisions; empty: random, phase by phase
  std::uint64_t order_seed = 0;
};

/// Order in which perturbation takes the decisions: as given, or random within each phase by a stream of the seed.
/// Throws UsageError unless a given order names every decision once.
std::vector<Index> decision_order(const SearchSpace& space, const PerturbationOptions& options);

/// Says whether to stop; asked between steps. May be empty: never.
using Stopped = std::function<bool()>;

/// Trains the supernet to the end of the search. Returns false where `stopped` said so first.
bool run_search(SupernetSearch& search, const Stopped& stopped = {});

/// Takes the open decisions one by one: measures the loss without each option of a decision, keeps the option whose
/// removal hurts most, and tunes what is left. Returns false where `stopped` said so between two decisions; called
/// again (also after save() and restore()) it goes on to the same bits. The scores are in search.records().
/// Source: Wang et al., ICLR 2021, algorithm 1. Ours: the loss as criterion.
bool select_by_perturbation(SupernetSearch& search, const PerturbationOptions& options, const Stopped& stopped = {});

/// Taken decisions as they are, of each open one the option of the highest weight: the usual selection, and the best so
/// far of a search that was stopped.
Architecture architecture_by_magnitude(const SupernetSearch& search);

}  // namespace cairn
