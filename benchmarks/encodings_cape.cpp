// What CAPE is worth: on paths, over learning rates, and from small graphs to larger ones.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "benchmarks/cape_experiments.h"
#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/size_transfer.h"

namespace cairn::benchmarks {

namespace {

using Rows = std::vector<MeasuredRow>;

constexpr std::array<double, 5> rates{0.001, 0.003, 0.01, 0.03, 0.1};
constexpr std::string_view shifted = "cape 100 + local 0.5";

PathTaskOptions task_options(bool smoke, std::uint64_t seed) {
  PathTaskOptions options{.seeds = 1, .seed = seed};
  if (smoke) {
    options.steps = 3;
    options.batch = 2;
    options.length = 6;
    options.test_graphs = 2;
  }
  return options;
}

std::vector<double> figures_of(const PathTaskRow& row) {
  std::vector<double> figures;
  for (std::size_t c = 0; c < path_conditions.size(); ++c) figures.push_back(row.mean(c));
  return figures;
}

std::vector<ExperimentPart> path_parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const std::string_view positions : path_positions()) {
    all.push_back(
        {std::string(positions),
         {},
         {},
         [positions = std::string(positions), smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
           PathTaskOptions task = task_options(smoke, seed);
           task.positions = {positions};
           return std::optional(Rows{{"cape", {positions}, figures_of(path_task(task).front())}});
         }});
  }
  return all;
}

/// Least mean over the conditions of a row; NaN where it was not measured.
double worst_condition(const ExperimentResults& results, const std::string& positions) {
  double worst = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t c = 0; c < path_conditions.size(); ++c) {
    worst = std::fmin(worst, results.mean("cape", {positions}, c));
  }
  return worst;
}

void path_claims(const ExperimentResults& results, ClaimList& claims) {
  const auto mean = [&](const char* positions, std::size_t condition) {
    return results.mean("cape", {positions}, condition);
  };
  constexpr std::size_t in_range = 0;
  constexpr std::size_t offset = 1;
  constexpr std::size_t length = 2;
  claims.at_least("CAPE with shift and local shift: at least 0.98 in all six columns (least)",
                  worst_condition(results, std::string(shifted)), 0.98);
  claims.at_most("sinusoids: at most 0.7 at length 96", mean("sinusoid", length), 0.7);
  claims.at_most("a learned table: at most 0.5 at an offset", mean("learned table", offset), 0.5);
  claims.at_most("a learned table: at most 0.5 at length 96", mean("learned table", length), 0.5);
  claims.at_most("control, a shift a node: at most 0.4 in range", mean("control: a shift a node", in_range), 0.4);
  claims.at_most("control, local shifts that lose the order: at most 0.7 in range", mean("control: local 2", in_range),
                 0.7);
}

std::vector<ExperimentPart> rate_parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const double rate : rates) {
    all.push_back({fmt::format("{}", rate),
                   {},
                   {},
                   [rate, smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
                     Rows rows;
                     for (const PathTaskRow& row : learning_rate_sweep(task_options(smoke, seed), {rate})) {
                       rows.push_back({"rates", {fmt::format("{}", rate), row.positions}, figures_of(row)});
                     }
                     return std::optional(rows);
                   }});
  }
  return all;
}

/// Share of the runs of all rates that answer at least 0.98 in a column.
double share_arrived(const ExperimentResults& results, const std::string& positions, std::size_t condition) {
  double runs = 0;
  double arrived = 0;
  for (const double rate : rates) {
    for (const auto& [seed, value] : results.values("rates", {fmt::format("{}", rate), positions}, condition)) {
      ++runs;
      arrived += value >= 0.98 ? 1 : 0;
    }
  }
  return runs > 0 ? arrived / runs : std::numeric_limits<double>::quiet_NaN();
}

void rate_claims(const ExperimentResults& results, ClaimList& claims) {
  for (std::size_t c = 0; c < path_conditions.size(); ++c) {
    for (const std::string_view positions : {std::string_view("sinusoid"), shifted}) {
      claims.report(fmt::format("{}, {}: share of runs, over all rates, that answer at least 0.98", path_conditions[c],
                                positions),
                    share_arrived(results, std::string(positions), c));
    }
  }
}

std::vector<ExperimentPart> size_parts(const PartOptions& options) {
  return {{"all", {}, {}, [smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
             SizeTransferOptions transfer{.seeds = 1, .seed = seed, .smoke = smoke};
             if (smoke) {
               transfer.steps = 2;
               transfer.batch = 2;
               transfer.training_graphs = 2;
               transfer.test_graphs = 1;
               transfer.anchors = 2;
             }
             Rows rows;
             for (const SizeTransferRow& row : size_transfer(transfer)) {
               rows.push_back({"sizes",
                               {row.graphs, row.trained ? "yes" : "no"},
                               {row.mean_without(), row.mean_with(), row.mean_without() - row.mean_with()}});
             }
             return std::optional(rows);
           }}};
}

void size_claims(const ExperimentResults& results, ClaimList& claims) {
  for (const ResultRow& row : results.rows) {
    if (row.table != "sizes") continue;
    if (row.labels[1] == "yes") {
      claims.report_difference(fmt::format("{}, as trained: error without CAPE less that with", row.labels[0]),
                               row.figures[0], row.figures[1]);
    } else {
      claims.beats(fmt::format("{}: the error without CAPE exceeds that with by two standard errors", row.labels[0]),
                   row.figures[0], row.figures[1]);
    }
  }
}

}  // namespace

ExperimentSection cape_section() {
  return {.name = "cape",
          .summary = "who looks one place back, on paths unlike those of training: CAPE beside sinusoids and controls",
          .seeds = 10,
          .alone = false,
          .tables = {{.name = "cape",
                      .caption = "Share of right answers: a node's class is the token of its predecessor; attention "
                                 "that reads positions alone, trained on paths of 24 nodes, 2000 steps.",
                      .labels = {"positions"},
                      .figures = {path_conditions.begin(), path_conditions.end()}}},
          .parts = path_parts,
          .claim = path_claims};
}

ExperimentSection rates_section() {
  return {.name = "rates",
          .summary = "the same at five learning rates, with and without CAPE: which of them hold",
          .seeds = 5,
          .alone = false,
          .tables = {{.name = "rates",
                      .caption = "Share of right answers by learning rate, of the task of \"cape\".",
                      .labels = {"learning rate", "positions"},
                      .figures = {path_conditions.begin(), path_conditions.end()}}},
          .parts = rate_parts,
          .claim = rate_claims};
}

ExperimentSection sizes_section() {
  return {.name = "sizes",
          .summary = "train on small graphs, predict on larger ones: hops to anchors, with and without CAPE",
          .seeds = 10,
          .alone = false,
          .tables = {{.name = "sizes",
                      .caption = "Error over the variance of attention that reads hops to 8 anchors alone; CAPE: shift "
                                 "50 hops, local 0.5.",
                      .labels = {"graphs", "as trained"},
                      .figures = {"without CAPE", "with CAPE", "gain"}}},
          .parts = size_parts,
          .claim = size_claims};
}

}  // namespace cairn::benchmarks
