#include "cli/search_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <string_view>

#include "cli/process.h"
#include "cli/space_file.h"
#include "cli/train_report.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double save_every_seconds = 30;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Criterion find_criterion(const std::string& name) {
  constexpr std::array<std::string_view, 2> names{"loss", "score"};
  if (name != names[0] && name != names[1]) throw_unknown_name("value of --criterion", name, names);
  return name == names[0] ? Criterion::loss : Criterion::score;
}

std::string progress_text(const ModelSearch& search) {
  if (search.stage() == SearchStage::supernet) {
    return fmt::format("supernet: step {} of {}", search.steps_run(), search.options().search.steps);
  }
  if (search.stage() == SearchStage::selection) {
    return fmt::format("selection: {} of {} decisions", search.records().size(), search.space().decision_count());
  }
  const auto current = search.current_finalist();
  if (!current) return "done";
  const Finalist& finalist = search.finalists()[*current];
  return fmt::format("finalist {} of {}, {}, seed {}: epoch {} of {}", *current + 1, search.finalists().size(),
                     finalist.config.model, finalist.config.seed + finalist.results.size(), search.current_epoch(),
                     finalist.config.epochs);
}

/// Steps of the supernet that are still to be made, those of tuning among them.
Index steps_left(const ModelSearch& search) {
  const ModelSearchOptions& options = search.options();
  const Index tuning = options.selection == ModelSelection::perturbation
                           ? options.perturbation.tune_steps * (search.space().decision_count() - 1)
                           : 0;
  return options.search.steps + tuning - search.steps_run();
}

/// Adds what a piece of work took to the part of the search that it belonged to.
void note(SearchTimes& times, SearchStage stage, std::size_t finalist, bool first_seed, double seconds) {
  if (stage == SearchStage::supernet) times.supernet += seconds;
  if (stage == SearchStage::selection) times.selection += seconds;
  if (stage != SearchStage::finalists) return;
  times.finalists.resize(std::max(times.finalists.size(), finalist + 1), 0);
  times.first_seed.resize(times.finalists.size(), 0);
  times.finalists[finalist] += seconds;
  if (first_seed) times.first_seed[finalist] += seconds;
}

}  // namespace

double SearchTimes::total() const {
  return preparing + supernet + selection + std::accumulate(finalists.begin(), finalists.end(), 0.0);
}

std::string_view to_string(SearchEnd end) {
  switch (end) {
    case SearchEnd::finished:
      return "finished";
    case SearchEnd::out_of_time:
      return "out of time";
    case SearchEnd::interrupted:
      return "interrupted";
  }
  return "";
}

void declare_search(OptionList& options, SearchWords& words) {
  options.text("space", "FILE", "Search", "options of each decision (TOML); else the default space", words.space_file);
  options.text("method", "NAME", "Search", "how the supernet trains: darts, smoothing, greedy, blank", words.method);
  options.text("selection", "NAME", "Search",
               "perturbation (by what the supernet loses without an option), magnitude (the highest weights), random",
               words.selection);
  options.text("criterion", "NAME", "Search", "of perturbation: the validation loss or score", words.criterion);
  options.integer("steps", "Search", "of the supernet; 0: by default", words.steps, 0);
  options.number("max-seconds", "Search", "stops with the best so far; 0: no limit", words.max_seconds, 0);
  options.number("max-memory", "Search", "megabytes that a search may hold, or it does not start; 0: no limit",
                 words.max_megabytes, 0);
}

ModelSearchOptions search_options(const SearchWords& words, const TrainConfig& config, const ConfigSettings& given) {
  ModelSearchOptions options;
  options.task = config.task;
  if (!words.space_file.empty()) options.space = read_space_file(words.space_file);
  for (const auto& [name, text] : given) {
    if (name != "task" && name != "seed" && name != "seeds" && name != "model")
      options.settings.emplace_back(name, text);
    if (name == "seeds") options.seeds = config.seeds;
  }
  options.seed = config.seed;
  options.search.method = find_search_method(words.method);
  if (words.steps > 0) options.search.steps = words.steps;
  options.perturbation.criterion = find_criterion(words.criterion);
  options.selection = find_model_selection(words.selection);
  return options;
}

void check_memory(const Dataset& dataset, const ModelSearchOptions& options, const SearchWords& words) {
  if (words.max_megabytes <= 0) return;
  const double planned = static_cast<double>(planned_bytes(dataset, options)) / 1e6;
  if (planned <= words.max_megabytes) return;
  throw UsageError(
      fmt::format("--max-memory {}: the search would hold about {:.0f} MB; a --space without 'gir' or with fewer "
                  "encodings, fewer --anchors or --slots-at-once 1 hold less",
                  words.max_megabytes, planned));
}

SearchEnd run_search(ModelSearch& search, const SearchWords& words, SearchTimes& times, Console& console,
                     const std::function<void()>& save) {
  const Clock::time_point start = Clock::now();
  Clock::time_point saved = start;
  bool foreseen = search.stage() != SearchStage::supernet;
  while (!search.done()) {
    if (noted_signal() != 0) return SearchEnd::interrupted;
    if (words.max_seconds > 0 && times.preparing + seconds_since(start) >= words.max_seconds)
      return SearchEnd::out_of_time;
    const SearchStage stage = search.stage();
    const std::size_t finalist = search.current_finalist().value_or(0);
    const std::size_t finished = stage == SearchStage::finalists ? search.finalists()[finalist].results.size() : 0;
    const Clock::time_point begin = Clock::now();
    search.advance();
    const double seconds = seconds_since(begin);
    note(times, stage, finalist, finished == 0, seconds);
    if (!foreseen) {
      foreseen = true;
      const double supernet = seconds * static_cast<double>(steps_left(search));
      console.say("a step of the supernet takes {}: {} for search and selection, then the finalists",
                  duration_text(seconds), duration_text(supernet));
      if (words.max_seconds > 0 && times.preparing + supernet > words.max_seconds) {
        console.say("that is more than --max-seconds {}: it will stop with the best so far", words.max_seconds);
      }
    }
    if (stage == SearchStage::finalists && search.finalists()[finalist].results.size() > finished) {
      const SeedResult& result = search.finalists()[finalist].results.back();
      console.say("{}, seed {}: validation {}", search.finalists()[finalist].config.model, result.seed,
                  headline_text(result.validation));
    } else if (console.progress_due()) {
      console.progress(progress_text(search));
    }
    if (seconds_since(saved) >= save_every_seconds) {
      save();
      saved = Clock::now();
    }
  }
  return SearchEnd::finished;
}

}  // namespace cairn::cli
