#include "cli/bench_search.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "benchmarks/search_cells.h"
#include "cli/console.h"
#include "cli/process.h"
#include "core/error.h"
#include "core/parallel.h"
#include "data/metrics.h"
#include "graph_io/formats.h"

namespace cairn::cli {

namespace {

constexpr Index default_seeds = 5;
constexpr Index smoke_seeds = 1;

/// Figures of one way of choosing, a value a seed.
struct CellFigures {
  std::vector<double> table_score;
  std::vector<double> percentile;
  std::vector<double> regret;
  std::vector<double> seconds;
  std::vector<std::string> cells;
};
using FiguresBySelection = std::map<std::string_view, CellFigures>;

Json figure_json(const std::vector<double>& values) {
  const MeanStd figure = mean_std(values);
  return Json::object().set("mean", figure.mean).set("std", figure.std).set("values", Json::array_of(values));
}

/// Means, and what each seed gave beside them.
Json figures_json(const CellFigures& figures) {
  Json by_seed = Json::object()
                     .set("percentile", Json::array_of(figures.percentile))
                     .set("regret", Json::array_of(figures.regret))
                     .set("seconds", Json::array_of(figures.seconds))
                     .set("cells", Json::array_of(figures.cells));
  return Json::object()
      .set("table_score", figure_json(figures.table_score))
      .set("percentile", mean_std(figures.percentile).mean)
      .set("regret", mean_std(figures.regret).mean)
      .set("seconds", mean_std(figures.seconds).mean)
      .set("by_seed", std::move(by_seed));
}

Json cells_json(const Dataset& dataset, const CellWords& words, const Truth& truth, std::uint64_t seed,
                const FiguresBySelection& figures, const std::vector<double>& random_cells) {
  Json json = Json::object();
  json.set("benchmark", "search");
  json.set("space", words.space);
  json.set("dataset", counts_json(dataset));
  json.set("table", words.table);
  json.set("cells_in_table", truth.size());
  Json seeds = Json::array();
  for (std::size_t s = 0; s < random_cells.size(); ++s) seeds.add(seed + s);
  json.set("seeds", std::move(seeds));
  for (const auto& selection : benchmarks::cell_selections()) {
    json.set(std::string(selection), figures_json(figures.at(selection)));
  }
  json.set("random_cells", Json::array_of(random_cells));
  json.set("threads", thread_count());
  json.set("version", version());
  return json;
}

std::string cells_text(const FiguresBySelection& figures) {
  std::vector<std::vector<std::string>> rows{{"selection", "table score", "percentile", "regret", "seconds"}};
  for (const auto& selection : benchmarks::cell_selections()) {
    const CellFigures& found = figures.at(selection);
    const std::size_t count = found.table_score.size();
    const MeanStd percentile = mean_std(found.percentile);
    rows.push_back({std::string(selection), mean_text(mean_std(found.table_score), count, false),
                    fmt::format("{:.1f}", percentile.mean), mean_text(mean_std(found.regret), count, false),
                    fmt::format("{:.1f}", mean_std(found.seconds).mean)});
  }
  return table_text(rows);
}

}  // namespace

void declare(OptionList& options, RunOptions& runs, CellWords& words) {
  const auto add = [&](const char* name, const char* value, const char* help, std::string& to) {
    add_option(options, runs, {"search"},
               {.name = name,
                .kind = ValueKind::text,
                .value_name = value,
                .group = "Cells (search)",
                .help = help,
                .set = [&to](std::string_view text) { to = text; },
                .default_text = {}});
  };
  add("space", "NAME", "nas-bench-graph: the search of a cell alone, on --dataset, judged by --table", words.space);
  add("dataset", "DIR", "with classes of nodes and features", words.dataset);
  add("table", "FILE", "csv with the columns key and test: trained cells", words.table);
}

int bench_cells(const CellWords& words, const RunOptions& runs, bool smoke, std::uint64_t seed,
                const CommonOptions& common) {
  constexpr std::array<std::string_view, 1> spaces{"nas-bench-graph"};
  if (words.space != spaces[0]) throw_unknown_name("value of --space", words.space, spaces);
  if (words.dataset.empty() || words.table.empty()) {
    throw UsageError("--space nas-bench-graph: expected --dataset DIR and --table FILE");
  }
  if (runs.resume || !runs.report.empty() || !runs.data.empty()) {
    throw UsageError("--space nas-bench-graph: expected none of --resume, --report and --data");
  }
  const Truth truth = benchmarks::read_cell_table(words.table);
  const Dataset dataset = read_dataset(words.dataset);
  Console console(common.quiet);
  console.say("{}: {}; {} cells in {}", dataset.name, counts_text(dataset), grouped(static_cast<Index>(truth.size())),
              words.table);
  const Index seeds = runs.seeds > 0 ? runs.seeds : smoke ? smoke_seeds : default_seeds;
  const CellSearchOptions options = benchmarks::cell_search_options(smoke);
  FiguresBySelection figures;
  std::vector<double> random_cells;
  const InterruptGuard guard;
  for (Index s = 0; s < seeds; ++s) {
    const std::uint64_t own = seed + static_cast<std::uint64_t>(s);
    const auto found =
        benchmarks::compare_cells(dataset, truth, words.table, options, own, [] { return noted_signal() != 0; });
    if (!found) break;
    for (const auto& selection : benchmarks::cell_selections()) {
      const benchmarks::CellChoice& choice = benchmarks::choice_of(*found, selection);
      CellFigures& all = figures[selection];
      all.table_score.push_back(choice.standing.score);
      all.percentile.push_back(choice.standing.percentile);
      all.regret.push_back(choice.standing.regret);
      all.seconds.push_back(choice.seconds);
      all.cells.push_back(describe(choice.cell));
      console.say("seed {}, {}: {}, {:.4f}, better than {:.1f} %, {}", own, selection, describe(choice.cell),
                  choice.standing.score, choice.standing.percentile, duration_text(choice.seconds));
    }
    random_cells.push_back(static_cast<double>(found->random_cells));
    if (!common.json.empty()) write_json(common.json, cells_json(dataset, words, truth, seed, figures, random_cells));
  }
  if (!random_cells.empty()) console.say("\n{}", cells_text(figures));
  return end_of_runs(common.json);
}

}  // namespace cairn::cli
