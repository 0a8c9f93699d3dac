#include "cli/bench_encodings.h"

#include <fmt/format.h>

#include <utility>

#include "benchmarks/encodings.h"
#include "benchmarks/encodings_report.h"
#include "benchmarks/encodings_sections.h"
#include "benchmarks/result_file.h"
#include "cli/console.h"
#include "cli/process.h"
#include "cli/report_pages.h"

namespace cairn::cli {

namespace {

void print_reports(const benchmarks::EncodingResults& results, Console& console) {
  if (results.smoke) console.say("smoke size, made-up data throughout: shows that all runs, not what holds");
  for (const benchmarks::EncodingReport& report : benchmarks::encoding_reports(results)) {
    console.say("\n== {}: {}", report.section, report.summary);
    for (const auto& table : report.tables) {
      console.say("\n{}\n{}\n{}", table.title, table.caption, table_text(table.cells));
    }
    if (!report.claims.empty()) console.say("\n{}", table_text(report.claims));
  }
}

}  // namespace

void declare(OptionList& options, RunOptions& runs, EncodingBenchWords& words) {
  add_option(options, runs, {"encodings"},
             {.name = "only",
              .kind = ValueKind::text,
              .value_name = "A,B",
              .group = "Encodings",
              .help = "sections",
              .set = [&words](std::string_view text) { words.only = split_at_commas("only", text); },
              .default_text = [] { return std::string("all"); }});
  std::vector<std::pair<std::string, std::string>> rows;
  for (const benchmarks::EncodingSection& section : benchmarks::encoding_sections()) {
    rows.emplace_back(section.name, section.summary);
  }
  options.names("Sections of encodings", std::move(rows));
}

int bench_encodings(const EncodingBenchWords& words, const RunOptions& runs, bool smoke, std::uint64_t seed,
                    const CommonOptions& common) {
  check_writable(runs.report);
  benchmarks::EncodingResults before;
  if (takes_up(runs, common.json)) {
    before = benchmarks::encodings_from_json(benchmarks::read_result_file(common.json, "bench encodings"), common.json);
  }
  const auto write = [&](const benchmarks::EncodingResults& results) {
    if (!common.json.empty()) benchmarks::write_result_file(benchmarks::to_json(results), common.json);
  };

  Console console(common.quiet);
  const InterruptGuard guard;
  const benchmarks::EncodingListener listener{
      .finished =
          [&](const benchmarks::EncodingResults& results, const benchmarks::EncodingProgress& progress) {
            write(results);
            if (!console.progress_due()) return;
            console.progress(fmt::format("{} of {} runs  {}", progress.done, progress.total, progress.finished));
          },
      .stopped = [] { return noted_signal() != 0; }};
  const benchmarks::EncodingResults results = benchmarks::measure_encodings(
      {.data = runs.data, .only = words.only, .seeds = runs.seeds, .seed = seed, .epochs = runs.epochs, .smoke = smoke},
      before, listener);
  print_reports(results, console);
  for (const std::string& line : results.left_out) console.say("left out: {}", line);
  write(results);
  if (!runs.report.empty()) write_page(runs.report, benchmarks::encoding_page(results));
  return end_of_runs(common.json);
}

}  // namespace cairn::cli
