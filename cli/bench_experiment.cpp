#include "cli/bench_experiment.h"

#include <fmt/format.h>

#include <utility>

#include "benchmarks/experiment_report.h"
#include "benchmarks/experiment_run.h"
#include "benchmarks/experiments.h"
#include "benchmarks/result_file.h"
#include "cli/console.h"
#include "cli/process.h"
#include "cli/report_pages.h"

namespace cairn::cli {

namespace {

void print_reports(const benchmarks::ExperimentResults& results, Console& console) {
  if (results.smoke) console.say("smoke size, made-up data throughout: shows that all runs, not what holds");
  for (const benchmarks::ExperimentReport& report : benchmarks::experiment_reports(results)) {
    console.say("\n== {}: {}", report.section, report.summary);
    for (const auto& table : report.tables) {
      console.say("\n{}\n{}\n{}", table.title, table.caption, table_text(table.cells));
    }
    if (!report.claims.empty()) console.say("\n{}", table_text(report.claims));
  }
}

}  // namespace

void declare(OptionList& options, RunOptions& runs, ExperimentWords& words) {
  std::vector<std::string_view> names;
  for (const benchmarks::Experiment* experiment : benchmarks::experiments()) names.push_back(experiment->name);
  add_option(options, runs, names,
             {.name = "only",
              .kind = ValueKind::text,
              .value_name = "A,B",
              .group = fmt::format("Sections ({})", fmt::join(names, ", ")),
              .help = "sections",
              .set = [&words](std::string_view text) { words.only = split_at_commas("only", text); },
              .default_text = [] { return std::string("all"); }});
  for (const benchmarks::Experiment* experiment : benchmarks::experiments()) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const benchmarks::ExperimentSection& section : experiment->sections) {
      rows.emplace_back(section.name, section.summary);
    }
    options.names(fmt::format("Sections of {}", experiment->name), std::move(rows));
  }
}

int bench_experiment(const benchmarks::Experiment& experiment, const ExperimentWords& words, const RunOptions& runs,
                     bool smoke, std::uint64_t seed, const CommonOptions& common) {
  check_writable(runs.report);
  benchmarks::ExperimentResults before(experiment);
  if (takes_up(runs, common.json)) {
    const std::string text = benchmarks::read_result_file(common.json, fmt::format("bench {}", experiment.name));
    before = benchmarks::results_from_json(experiment, text, common.json);
  }
  const auto write = [&](const benchmarks::ExperimentResults& results) {
    if (!common.json.empty()) benchmarks::write_result_file(benchmarks::to_json(results), common.json);
  };

  Console console(common.quiet);
  const InterruptGuard guard;
  const benchmarks::ExperimentListener listener{
      .finished =
          [&](const benchmarks::ExperimentResults& results, const benchmarks::ExperimentProgress& progress) {
            write(results);
            if (!console.progress_due()) return;
            console.progress(fmt::format("{} of {} runs  {}", progress.done, progress.total, progress.finished));
          },
      .stopped = [] { return noted_signal() != 0; }};
  const benchmarks::ExperimentResults results = benchmarks::run_experiment(
      {.data = runs.data, .only = words.only, .seeds = runs.seeds, .seed = seed, .epochs = runs.epochs, .smoke = smoke},
      before, listener);
  print_reports(results, console);
  for (const std::string& line : results.left_out) console.say("left out: {}", line);
  write(results);
  if (!runs.report.empty()) write_page(runs.report, benchmarks::experiment_page(results));
  return end_of_runs(common.json);
}

}  // namespace cairn::cli
