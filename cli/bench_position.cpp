#include "cli/bench_position.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "benchmarks/paths.h"
#include "benchmarks/position_report.h"
#include "cli/console.h"
#include "cli/process.h"
#include "cli/report_pages.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

constexpr Index default_seeds = 10;
constexpr Index smoke_seeds = 2;

std::vector<Index> anchor_counts(std::string_view text) {
  std::vector<Index> counts;
  for (const std::string& word : split_at_commas("anchors", text)) {
    counts.push_back(parse_integer("anchors", word, 0));
    if (std::count(counts.begin(), counts.end(), counts.back()) > 1) {
      throw UsageError(fmt::format("--anchors: expected different numbers, found {} twice", counts.back()));
    }
  }
  return counts;
}

void print_tables(const benchmarks::PositionResults& results, Console& console) {
  for (benchmarks::PositionTable& table : benchmarks::position_tables(results)) {
    for (const std::size_t row : table.controls) table.cells[row].front() += " *";
    console.say("\n{}  (* control)\n{}", table.title, table_text(table.cells));
    for (const std::string& remark : table.remarks) console.say("{}", remark);
  }
}

}  // namespace

void declare(OptionList& options, RunOptions& runs, benchmarks::PositionBenchOptions& bench) {
  const auto add = [&](Option option) {
    option.kind = ValueKind::text;
    option.group = "Position";
    add_option(options, runs, {"position"}, std::move(option));
  };
  add({.name = "columns",
       .kind = {},
       .value_name = "A,B",
       .group = {},
       .help = "grid/link, ...; datasets with their tasks",
       .set = [&bench](std::string_view text) { bench.columns = split_at_commas("columns", text); },
       .default_text = [] { return std::string("all"); }});
  add({.name = "models",
       .kind = {},
       .value_name = "A,B",
       .group = {},
       .help = "gir, gcn+gir, untrained-distance, ...",
       .set = [&bench](std::string_view text) { bench.models = split_at_commas("models", text); },
       .default_text = [] { return std::string("all of each column"); }});
  add({.name = "anchors",
       .kind = {},
       .value_name = "K,K",
       .group = {},
       .help = "numbers of anchors; 0: floor(log2 nodes)^2 of each graph",
       .set = [&bench](std::string_view text) { bench.anchors = anchor_counts(text); },
       .default_text = [] { return std::string("1,4,16,0"); }});
}

int bench_position(benchmarks::PositionBenchOptions bench, const RunOptions& runs, bool smoke, std::uint64_t seed,
                   const CommonOptions& common) {
  check_writable(runs.report);
  bench.smoke = smoke;
  bench.seed = seed;
  bench.data = runs.data;
  bench.epochs = runs.epochs;
  bench.seeds = runs.seeds > 0 ? runs.seeds : smoke ? smoke_seeds : default_seeds;
  benchmarks::PositionResults before;
  if (takes_up(runs, common.json)) before = benchmarks::read_results(common.json);

  Console console(common.quiet);
  const InterruptGuard guard;
  const benchmarks::PositionListener listener{
      .finished =
          [&](const benchmarks::PositionResults& results, const benchmarks::PositionProgress& progress) {
            if (!common.json.empty()) benchmarks::write_results(results, common.json);
            if (!console.progress_due()) return;
            console.progress(fmt::format("{} of {} runs, about {} left  {}", progress.done, progress.total,
                                         duration_text(progress.seconds_left), progress.finished));
          },
      .stopped = [] { return noted_signal() != 0; }};
  const benchmarks::PositionResults results = benchmarks::measure_position(bench, before, listener);
  print_tables(results, console);
  for (const std::string& column : results.left_out) console.say("left out: {}", column);
  if (!common.json.empty()) benchmarks::write_results(results, common.json);
  benchmarks::PathTimings cost;  // after the trainings, which would share the processors with it
  if (!runs.report.empty() && noted_signal() == 0) {
    cost = benchmarks::time_paths({.smoke = smoke, .seed = seed});
    console.say("\n{}", benchmarks::format_paths(cost));
  }
  if (!runs.report.empty()) {
    ReportPage page = benchmarks::position_page(results);
    for (LineChart& chart : benchmarks::path_charts(cost)) page.parts.emplace_back(std::move(chart));
    write_page(runs.report, page);
  }
  return end_of_runs(common.json);
}

}  // namespace cairn::cli
