#include "cli/bench_position.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

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

std::vector<std::string> split_at_commas(std::string_view name, std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, comma));
    if (words.back().empty()) {
      throw UsageError(fmt::format("--{}: expected names joined by commas, found an empty one", name));
    }
    if (comma == text.size()) return words;
    text.remove_prefix(comma + 1);
  }
}

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

benchmarks::PositionResults results_before(const PositionOptions& options, const std::string& json) {
  if (!options.resume) return {};
  if (json.empty()) throw UsageError("--resume: expected --json FILE, which says what to go on from");
  if (!std::filesystem::exists(json)) {
    throw UsageError(
        fmt::format("--resume: {}: expected the file of a benchmark that was stopped, found nothing", json));
  }
  return benchmarks::read_results(json);
}

void print_tables(const benchmarks::PositionResults& results, Console& console) {
  for (benchmarks::PositionTable& table : benchmarks::position_tables(results)) {
    for (const std::size_t row : table.controls) table.cells[row].front() += " *";
    console.say("\n{}  (* control)\n{}", table.title, table_text(table.cells));
    for (const std::string& remark : table.remarks) console.say("{}", remark);
  }
}

}  // namespace

void declare(OptionList& options, PositionOptions& position) {
  const auto add = [&](const std::string& name, ValueKind kind, std::string value_name, std::string help,
                       std::function<void(std::string_view)> set, std::string default_text) {
    options.add({.name = name,
                 .kind = kind,
                 .value_name = std::move(value_name),
                 .group = "Position",
                 .help = std::move(help),
                 .set =
                     [&position, name, set = std::move(set)](std::string_view text) {
                       position.given.push_back(name);
                       set(text);
                     },
                 .default_text = [default_text = std::move(default_text)] { return default_text; }});
  };
  auto& bench = position.bench;
  bench.seeds = 0;
  add(
      "data", ValueKind::text, "DIR", "folder of email_eu_core, power and cora, whose columns are left out without it",
      [&bench](std::string_view text) { bench.data = text; }, "");
  add(
      "columns", ValueKind::text, "A,B", "grid/link, ...; datasets with their tasks",
      [&bench](std::string_view text) { bench.columns = split_at_commas("columns", text); }, "all");
  add(
      "models", ValueKind::text, "A,B", "gir, gcn+gir, untrained-distance, ...",
      [&bench](std::string_view text) { bench.models = split_at_commas("models", text); }, "all of each column");
  add(
      "anchors", ValueKind::text, "K,K", "numbers of anchors; 0: floor(log2 nodes)^2 of each graph",
      [&bench](std::string_view text) { bench.anchors = anchor_counts(text); }, "1,4,16,0");
  add(
      "seeds", ValueKind::integer, "N", "how many, counted from --seed",
      [&bench](std::string_view text) { bench.seeds = parse_integer("seeds", text, 1); },
      fmt::format("{}, smoke {}", default_seeds, smoke_seeds));
  add(
      "epochs", ValueKind::integer, "N", "of every model",
      [&bench](std::string_view text) { bench.epochs = parse_integer("epochs", text, 1); }, "by column, smoke 3");
  add(
      "resume", ValueKind::flag, "", "go on from the file of --json",
      [&position](std::string_view text) { position.resume = text == "true"; }, "");
  add(
      "report", ValueKind::text, "FILE", "a page with tables, learning curves and pictures (HTML)",
      [&position](std::string_view text) { position.report = text; }, "");
}

int bench_position(PositionOptions options, bool smoke, std::uint64_t seed, const CommonOptions& common) {
  check_writable(options.report);
  benchmarks::PositionBenchOptions& bench = options.bench;
  bench.smoke = smoke;
  bench.seed = seed;
  if (bench.seeds == 0) bench.seeds = smoke ? smoke_seeds : default_seeds;
  const benchmarks::PositionResults before = results_before(options, common.json);

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
  if (options.cost && noted_signal() == 0) {
    cost = benchmarks::time_paths({.smoke = smoke, .seed = seed});
    console.say("\n{}", benchmarks::format_paths(cost));
  }
  if (!options.report.empty()) {
    ReportPage page = benchmarks::position_page(results);
    for (LineChart& chart : benchmarks::path_charts(cost)) page.parts.emplace_back(std::move(chart));
    write_page(options.report, page);
  }
  if (noted_signal() == 0) return 0;
  std::fflush(stdout);
  std::fputs(common.json.empty() ? "\ncairn: stopped; nothing was saved (--json FILE does)\n"
                                 : "\ncairn: stopped; the same command with --resume goes on\n",
             stderr);
  return 128 + noted_signal();
}

}  // namespace cairn::cli
