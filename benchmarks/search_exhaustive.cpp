// Search in spaces so small that every architecture is trained: chains of mixed operations on contextual block models.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/search_sections.h"
#include "models/search/search_experiment.h"

namespace cairn::benchmarks {

namespace {

using Rows = std::vector<MeasuredRow>;

constexpr Index instances = 3;

/// A space of chains of three operations.
struct ChainSpace {
  std::string_view name;
  std::vector<std::string> operations;
  std::string_view idle;  // whose share of the choices is told: it adds nothing
};

const std::vector<ChainSpace>& chain_spaces() {
  static const std::vector<ChainSpace> spaces{
      {"skip, fc, gcn", {"skip", "fc", "gcn"}, "skip"},
      {"skip, gcn", {"skip", "gcn"}, "skip"},
      {"noise, gcn", {"noise", "gcn"}, "noise"},
      {"gcn, fc, skip, prop, noise", {"gcn", "fc", "skip", "prop", "noise"}, "skip"}};
  return spaces;
}

std::string way(const std::string& method, const std::string& selection) { return method + ", " + selection; }

BlockModelSearch options_of(const ChainSpace& space, Index instance, bool smoke) {
  BlockModelSearch options;
  options.instance = static_cast<std::uint64_t>(instance);
  options.chain.operations = space.operations;
  if (!smoke) return options;
  options.data = {.nodes = 60, .classes = 3, .features = 4, .train = 15, .validation = 20};
  options.chain.depth = 2;
  options.chain.width = 4;
  options.search.steps = 4;
  options.search.greedy_from = 2;
  options.search.greedy_every = 1;
  options.perturbation.tune_steps = 1;
  options.truth = {.repeats = 1, .steps = 4};
  return options;
}

/// The experiment of one instance, whose truth the first seed to come trains for all.
class SharedExperiment {
 public:
  explicit SharedExperiment(BlockModelSearch options) : options_(std::move(options)) {}

  /// Null where `stopped` said so first.
  const SearchExperiment* get(const std::function<bool()>& stopped) {
    const std::lock_guard lock(mutex_);
    if (!experiment_) experiment_ = std::make_unique<SearchExperiment>(options_);
    return experiment_->complete_truth(stopped) ? experiment_.get() : nullptr;
  }

 private:
  BlockModelSearch options_;
  std::mutex mutex_;
  std::unique_ptr<SearchExperiment> experiment_;
};

bool is_all(const SearchSpace& space, const Architecture& architecture, const std::string& option) {
  return option_share(space, architecture, option) == 1;
}

std::optional<Rows> run_instance(const ChainSpace& space, Index instance, SharedExperiment& shared, std::uint64_t seed,
                                 const std::function<bool()>& stopped) {
  const SearchExperiment* const experiment = shared.get(stopped);
  if (experiment == nullptr) return std::nullopt;
  const std::string of(space.name);
  const std::string number = fmt::format("{}", instance);
  Rows rows;
  for (const ExperimentChoice& choice : experiment->choose(experiment_methods(), seed)) {
    rows.push_back({"exhaustive",
                    {of, number, way(choice.method, choice.selection)},
                    {choice.standing.score, static_cast<double>(choice.standing.rank), choice.standing.regret,
                     option_share(experiment->space(), choice.architecture, std::string(space.idle)),
                     is_all(experiment->space(), choice.architecture, "gcn") ? 1.0 : 0.0}});
  }
  // What every architecture equally likely comes to.
  const SearchSpace& all = experiment->space();
  std::array<double, 5> mean{};
  for (const auto& [architecture, score] : experiment->truth()) {
    const Standing standing = cairn::standing(experiment->truth(), architecture);
    const Architecture options = all.architecture(architecture);
    const std::array<double, 5> figures{score, static_cast<double>(standing.rank), standing.regret,
                                        option_share(all, options, std::string(space.idle)),
                                        is_all(all, options, "gcn") ? 1.0 : 0.0};
    for (std::size_t f = 0; f < mean.size(); ++f) {
      mean[f] += figures[f] / static_cast<double>(experiment->truth().size());
    }
  }
  rows.push_back({"exhaustive", {of, number, "random"}, {mean.begin(), mean.end()}});
  return rows;
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const ChainSpace& space : chain_spaces()) {
    for (Index instance = 0; instance < instances; ++instance) {
      auto shared = std::make_shared<SharedExperiment>(options_of(space, instance, options.smoke));
      all.push_back({fmt::format("{}; instance {}", space.name, instance),
                     {},
                     {},
                     [&space, instance, shared](std::uint64_t seed, const std::function<bool()>& stopped) {
                       return run_instance(space, instance, *shared, seed, stopped);
                     }});
    }
  }
  return all;
}

/// Mean over instances of the mean over seeds; NaN where an instance is missing.
double mean_of(const ExperimentResults& results, const ChainSpace& space, const std::string& who, std::size_t figure) {
  double sum = 0;
  for (Index instance = 0; instance < instances; ++instance) {
    sum += results.mean("exhaustive", {std::string(space.name), fmt::format("{}", instance), who}, figure);
  }
  return sum / instances;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  const auto& spaces = chain_spaces();
  const auto score = [&](std::size_t space, const std::string& who) { return mean_of(results, spaces[space], who, 0); };
  const std::string perturbation = way("darts", "perturbation");
  const std::string magnitude = way("darts", "magnitude");
  const std::array<double, 3> least{0.04, 0.04, 0.1};
  for (std::size_t s = 0; s < least.size(); ++s) {
    claims.at_least(fmt::format("{}: perturbation less magnitude at least {}", spaces[s].name, least[s]),
                    score(s, perturbation) - score(s, magnitude), least[s]);
  }
  for (std::size_t s = 0; s < 2; ++s) {
    claims.at_least(fmt::format("{}: perturbation less random at least 0.02", spaces[s].name),
                    score(s, perturbation) - score(s, "random"), 0.02);
  }
  claims.at_most(fmt::format("{}: magnitude less random at most 0.02", spaces[1].name),
                 score(1, magnitude) - score(1, "random"), 0.02);
  claims.at_least(fmt::format("{}: share of all gcn by perturbation at least 0.95", spaces[2].name),
                  mean_of(results, spaces[2], perturbation, 4), 0.95);
  for (std::size_t s = 0; s < 2; ++s) {
    claims.at_most(fmt::format("{}, control: sign-flipped less random below 0", spaces[s].name),
                   score(s, way("darts", "sign-flipped")) - score(s, "random"), 0);
    for (const std::string& who : {magnitude, perturbation}) {
      claims.report(fmt::format("{}: share of skips, {}", spaces[s].name, who), mean_of(results, spaces[s], who, 3));
    }
  }
  for (std::size_t s = 0; s < spaces.size(); ++s) {
    claims.report(fmt::format("{}: blank perturbation less perturbation{}", spaces[s].name,
                              s == 3 ? " (equal weights cannot weigh noise down)" : ""),
                  score(s, way("blank", "perturbation")) - score(s, perturbation));
  }
}

}  // namespace

ExperimentSection exhaustive_section() {
  return {.name = "exhaustive",
          .summary = "every architecture of four small spaces trained on block models: who finds the good ones",
          .seeds = 20,
          .alone = false,
          .tables = {{.name = "exhaustive",
                      .caption = "Test accuracy of the chosen architecture as trained from the start (mean of 3), its "
                                 "rank among all, regret, the share of choices that add nothing (skip; in the third "
                                 "space noise), and the share of runs that chose gcn throughout. Chains of three on "
                                 "contextual block models of 400 nodes.",
                      .labels = {"space", "instance", "method"},
                      .figures = {"score", "rank", "regret", "idle share", "all gcn"}}},
          .parts = parts,
          .claim = claim};
}

}  // namespace cairn::benchmarks
