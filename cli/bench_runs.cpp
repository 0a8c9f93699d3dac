#include "cli/bench_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "benchmarks/experiments.h"
#include "cli/bench_timings.h"
#include "cli/process.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

std::vector<std::string_view> subjects_with_runs() {
  std::vector<std::string_view> names{"position"};
  for (const benchmarks::Experiment* experiment : benchmarks::experiments()) names.push_back(experiment->name);
  return names;
}

std::string words_for(const std::vector<std::string_view>& subjects) {
  if (subjects.size() == 1) return fmt::format("`bench {}` alone", subjects.front());
  std::string words;
  for (const std::string_view subject : subjects) {
    words += fmt::format("{}`bench {}`", words.empty() ? "" : " and ", subject);
  }
  return words;
}

}  // namespace

void add_option(OptionList& options, RunOptions& runs, std::vector<std::string_view> subjects, Option option) {
  option.set = [&runs, name = option.name, subjects = std::move(subjects),
                set = std::move(option.set)](std::string_view text) {
    runs.given.push_back({name, subjects});
    set(text);
  };
  options.add(std::move(option));
}

void declare(OptionList& options, RunOptions& runs) {
  const std::vector<std::string_view> subjects = subjects_with_runs();
  const auto add = [&](Option option) {
    option.group = fmt::format("Runs ({})", fmt::join(subjects, ", "));
    add_option(options, runs, subjects, std::move(option));
  };
  add({.name = "data",
       .kind = ValueKind::text,
       .value_name = "DIR",
       .group = {},
       .help = "folder of cora, citeseer, email_eu_core, power, deezer_europe: what needs one is left out without it",
       .set = [&runs](std::string_view text) { runs.data = text; },
       .default_text = {}});
  add({.name = "seeds",
       .kind = ValueKind::integer,
       .value_name = "N",
       .group = {},
       .help = "how many, counted from --seed",
       .set = [&runs](std::string_view text) { runs.seeds = parse_integer("seeds", text, 1); },
       .default_text = [] { return std::string("position: 10; else by section; smoke 2"); }});
  add({.name = "epochs",
       .kind = ValueKind::integer,
       .value_name = "N",
       .group = {},
       .help = "of every model",
       .set = [&runs](std::string_view text) { runs.epochs = parse_integer("epochs", text, 1); },
       .default_text = [] { return std::string("by model and column"); }});
  add({.name = "resume",
       .kind = ValueKind::flag,
       .value_name = {},
       .group = {},
       .help = "go on from the file of --json",
       .set = [&runs](std::string_view text) { runs.resume = text == "true"; },
       .default_text = {}});
  std::vector<std::string_view> drawn = subjects;
  for (const TimedSubject& timed : timed_subjects()) {
    if (timed.has_charts) drawn.push_back(timed.name);
  }
  add_option(options, runs, drawn,
             {.name = "report",
              .kind = ValueKind::text,
              .value_name = "FILE",
              .group = "Report",
              .help = "a page with tables and curves (HTML); not of kernels and parse",
              .set = [&runs](std::string_view text) { runs.report = text; },
              .default_text = {}});
}

void check_given(const RunOptions& runs, std::string_view subject) {
  for (const GivenOption& option : runs.given) {
    if (std::find(option.subjects.begin(), option.subjects.end(), subject) != option.subjects.end()) continue;
    throw UsageError(
        fmt::format("--{}: is for {}, found `bench {}`", option.name, words_for(option.subjects), subject));
  }
}

bool takes_up(const RunOptions& runs, const std::string& json) {
  if (!runs.resume) return false;
  if (json.empty()) throw UsageError("--resume: expected --json FILE, which says what to go on from");
  if (!std::filesystem::exists(json)) {
    throw UsageError(
        fmt::format("--resume: {}: expected the file of a benchmark that was stopped, found nothing", json));
  }
  return true;
}

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

int end_of_runs(const std::string& json) {
  if (noted_signal() == 0) return 0;
  std::fflush(stdout);
  std::fputs(json.empty() ? "\ncairn: stopped; nothing was saved (--json FILE does)\n"
                          : "\ncairn: stopped; the same command with --resume goes on\n",
             stderr);
  return 128 + noted_signal();
}

}  // namespace cairn::cli
