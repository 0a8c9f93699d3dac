// `cairn search` with default settings, against the fixed models that a user would have to choose from.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/experiment_training.h"
#include "benchmarks/search_sections.h"
#include "models/search/model_search.h"

namespace cairn::benchmarks {

namespace {

using Clock = std::chrono::steady_clock;
using Rows = std::vector<MeasuredRow>;

constexpr std::array<TrainingColumn, 4> columns{
    {{.name = "email_eu_core/node", .task = "node", .folder = "email_eu_core", .smoke_spec = "communities:4x6"},
     {.name = "power/link", .task = "link", .folder = "power", .smoke_spec = "grid:6x6"},
     {.name = "grid/link", .task = "link", .spec = "grid:20x20", .smoke_spec = "grid:6x6"},
     {.name = "cora/node", .task = "node", .folder = "cora", .smoke_spec = "communities:4x6"}}};

constexpr double within = 0.01;  // a point of accuracy, or of ROC AUC
constexpr double most_times = 10;

ModelSearchOptions options_of(const TrainingColumn& column, const PartOptions& options, std::uint64_t seed) {
  ModelSearchOptions search;
  search.task = column.task;
  search.seed = seed;
  if (options.epochs > 0) search.settings.emplace_back("epochs", fmt::format("{}", options.epochs));
  if (!options.smoke) return search;
  if (options.epochs == 0) search.settings.emplace_back("epochs", "2");
  search.settings.emplace_back("anchors", "4");
  search.search.steps = 2;
  search.perturbation.tune_steps = 1;
  return search;
}

/// The test score of the seed that all finalists trained.
double first_score(const TrainingColumn& column, const Finalist& finalist) {
  return finalist.results.front().test.at(std::string(score_name(column)));
}

std::optional<Rows> run_search(const TrainingColumn& column, const Dataset& dataset, const PartOptions& options,
                               std::uint64_t seed, const std::function<bool()>& stopped) {
  const Clock::time_point start = Clock::now();
  ModelSearch search(dataset, options_of(column, options, seed));
  std::vector<double> seconds;  // of each finalist's first seed
  while (!search.done()) {
    if (stopped()) return std::nullopt;
    const auto current = search.current_finalist();
    const bool first = current && search.finalists()[*current].results.empty();
    const Clock::time_point begin = Clock::now();
    search.advance();
    if (!first) continue;
    seconds.resize(std::max(seconds.size(), *current + 1), 0);
    seconds[*current] += std::chrono::duration<double>(Clock::now() - begin).count();
  }
  const double total = std::chrono::duration<double>(Clock::now() - start).count();
  const std::string name(column.name);
  const Finalist& best = search.finalists()[*search.recommended()];
  double fused = std::numeric_limits<double>::infinity();
  Rows rows;
  for (std::size_t f = 0; f < search.finalists().size(); ++f) {
    const Finalist& finalist = search.finalists()[f];
    if (finalist.origin.find("fixed") == std::string::npos) continue;
    rows.push_back({"datasets", {name, finalist.config.model}, {first_score(column, finalist), seconds[f]}});
    if (finalist.config.model == "gcn+gir") fused = seconds[f];
  }
  rows.push_back({"datasets", {name, "search"}, {first_score(column, best), total}});
  rows.push_back({"datasets costs", {name}, {total / fused}});
  return rows;
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const TrainingColumn& column : columns) {
    const ColumnData data = column_data(column, options);
    ExperimentPart part{std::string(column.name), fmt::format("epochs={}", options.epochs), data.missing, {}};
    if (data.missing.empty()) {
      part.run = [&column, options, dataset = data.dataset](std::uint64_t seed, const std::function<bool()>& stopped) {
        return run_search(column, *dataset, options, seed, stopped);
      };
    }
    all.push_back(std::move(part));
  }
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  for (const TrainingColumn& column : columns) {
    const std::string name(column.name);
    double best = -std::numeric_limits<double>::infinity();
    std::string best_model;
    for (const TrainConfig& model : fixed_models(column.task)) {
      const double mean = results.mean("datasets", {name, model.model}, 0);
      if (!(mean > best)) continue;
      best = mean;
      best_model = model.model;
    }
    if (best_model.empty()) continue;
    claims.at_least(fmt::format("{}: search less the best fixed model ({}) at least -{}", name, best_model, within),
                    results.mean("datasets", {name, "search"}, 0) - best, -within);
    claims.at_most(fmt::format("{}: at most {} times the cost of training gcn+gir", name, most_times),
                   results.mean("datasets costs", {name}, 0), most_times);
  }
}

}  // namespace

ExperimentSection datasets_section() {
  return {
      .name = "datasets",
      .summary = "cairn search by default on email_eu_core, power, a grid and cora, against the fixed models (long)",
      .seeds = 3,
      .alone = false,
      .tables = {{.name = "datasets",
                  .caption = "Test accuracy of nodes, ROC AUC of links, with the seed that all finalists trained, at "
                             "the best validation epoch, and seconds of one training, or of the whole search.",
                  .labels = {"column", "model"},
                  .figures = {"score", "seconds"}},
                 {.name = "datasets costs",
                  .caption = "Seconds of the whole search over those of one training of gcn+gir.",
                  .labels = {"column"},
                  .figures = {"times gcn+gir"}}},
      .parts = parts,
      .claim = claim};
}

}  // namespace cairn::benchmarks
