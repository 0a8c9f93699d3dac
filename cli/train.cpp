#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/config_options.h"
#include "cli/console.h"
#include "cli/coordinates_file.h"
#include "cli/memory_report.h"
#include "cli/path_cache.h"
#include "cli/process.h"
#include "cli/report_pages.h"
#include "cli/search_report.h"
#include "cli/search_run.h"
#include "cli/train_report.h"
#include "cli/training_log.h"
#include "cli/verb.h"
#include "core/error.h"
#include "graph_io/safetensors.h"
#include "models/batch_plan.h"
#include "models/defaults.h"
#include "models/training.h"

namespace cairn::cli {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string split_text(const Dataset& dataset, const TrainConfig& config) {
  if (dataset.splits.empty() || config.task != "node") return "split made for each seed";
  const Split& split = dataset.splits.front();
  std::string text =
      fmt::format("split {} / {} / {}", grouped(static_cast<Index>(split.train.size())),
                  grouped(static_cast<Index>(split.validation.size())), grouped(static_cast<Index>(split.test.size())));
  if (dataset.splits.size() > 1) text += fmt::format(" (the first of {})", dataset.splits.size());
  return text;
}

std::string anchors_text(const AnchorSet& anchors, const TrainConfig& config) {
  const std::string kind = config.anchor_nodes.empty() ? config.anchor_strategy : "given";
  const std::string graphs =
      anchors.size() > anchors.slot_count() ? fmt::format(", {} in all", grouped(anchors.size())) : "";
  return fmt::format("{} {} a graph{}", grouped(anchors.slot_count()), kind, graphs);
}

class Train : public Verb {
 public:
  void declare(OptionList& options) override;
  int run() override;

 private:
  void check_options() const;
  /// What --model auto comes to; nothing where a signal stopped the search.
  std::optional<TrainConfig> searched(const Dataset& dataset);
  void resume(Training& training) const;
  int train(const Dataset& dataset, Training& training, Clock::time_point start);
  int report_plan(const Dataset& dataset, const TrainConfig& config, const std::optional<Coordinates>& given);
  void report_progress(const Training& training, const EpochRecord& epoch);
  void report_seed(const SeedResult& result);
  void save(const Training& training) const;
  void save_meanwhile(const Training& training);
  int stop(const Training& training);
  static int stop_search();

  DatasetOptions dataset_;
  CommonOptions common_;
  ConfigOptions config_{"gcn", "node"};
  std::string save_path_;
  std::string log_path_;
  std::string path_cache_;
  double max_memory_megabytes_ = 0;
  std::string report_path_;
  bool resume_ = false;
  bool plan_ = false;
  double save_every_seconds_ = 30;
  Console console_{false};
};

void Train::declare(OptionList& options) {
  cli::declare(options, dataset_);
  config_.allow_auto();
  config_.declare(options);
  options.text("save", "FILE", "Output", "the model (safetensors), with all that --resume needs", save_path_);
  options.flag("resume", "Output", "go on from the file of --save", resume_);
  options.number("save-every", "Output", "seconds between two savings while training", save_every_seconds_, 0);
  options.text("log", "FILE", "Output", "a csv row an epoch", log_path_);
  options.text("path-cache", "DIR", "Position", "keep the paths from anchors here, for later runs on the same graph",
               path_cache_);
  options.flag("plan", "Memory", "say how much memory training would take, and end", plan_);
  options.number("max-memory", "Memory",
                 "megabytes that the program may hold: it recomputes, or takes fewer anchors at once, where it would "
                 "hold more, or does not start; 0: no limit",
                 max_memory_megabytes_, 0);
  options.text("report", "FILE", "Output", "a page with figures, learning curves and pictures (HTML)", report_path_);
  cli::declare(options, common_);
  declare_model_names(options);
  declare_task_names(options);
  declare_dataset_names(options);
}

void Train::check_options() const {
  if (plan_ && config_.is_auto()) throw UsageError("--plan: expected the name of a --model, found auto");
  if (!path_cache_.empty() && !config_.is_auto() && path_batches(config_.config())) {
    throw UsageError("--path-cache: is for lists of all paths: batches draw theirs: expected --batch-size 0");
  }
  if (!resume_) return;
  if (save_path_.empty()) throw UsageError("--resume: expected --save FILE, which says what to go on from");
  if (!std::filesystem::exists(save_path_)) {
    throw UsageError(
        fmt::format("--resume: {}: expected the file of a run that was stopped, found nothing", save_path_));
  }
}

void Train::resume(Training& training) const {
  const NamedTensors saved = read_safetensors(save_path_);
  try {
    load_config(saved);  // whatever is wrong with it is wrong with the file, not with an option
  } catch (const Error& error) {
    throw InputError(save_path_, 0, error.what());
  }
  try {
    training.resume(saved);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    throw InputError(save_path_, 0, error.what());
  }
}

int Train::run() {
  const Clock::time_point start = Clock::now();
  console_.be_quiet(common_.quiet);
  check_options();
  if (config_.is_auto()) config_.check_auto();
  TrainConfig chosen = config_.config();
  prepare(common_);
  check_writable(save_path_);
  check_writable(log_path_);
  check_writable(report_path_);

  const Dataset dataset = load_dataset(dataset_, chosen.seed);
  if (config_.is_auto()) {
    const auto found = searched(dataset);
    if (!found) return stop_search();
    chosen = *found;
  }
  std::optional<Coordinates> given = read_coordinates(config_.coordinates_file(), dataset);
  if (max_memory_megabytes_ > 0) {
    // What a run began with has to stay: other anchors at once would round otherwise.
    if (resume_) chosen.slots_at_once = load_config(read_safetensors(save_path_)).slots_at_once;
    chosen = within_megabytes(dataset, chosen, max_memory_megabytes_, given, {.saves = !save_path_.empty()});
  }
  if (plan_) return report_plan(dataset, chosen, given);
  give_back_memory();
  Training training(dataset, chosen, path_cache(path_cache_), std::move(given));
  if (resume_) resume(training);
  console_.say("{}: {}, {}", dataset.name, counts_text(dataset), split_text(dataset, training.config()));
  const FeaturePlan& plan = training.feature_plan();
  console_.say("{} ({}): {} parameters, {} features ({}), {} wide", chosen.model, chosen.task,
               grouped(training.parameter_count()), plan.features, plan.norm == "none" ? "as they are" : plan.norm,
               grouped(plan.width));
  if (const AnchorSet* anchors = training.anchors()) {
    console_.say("anchors: {}{}{}", anchors_text(*anchors, training.config()),
                 chosen.redraw_anchors == "epoch" ? ", redrawn for each epoch" : "",
                 needs_anchors(chosen.model) ? ", read-out " + training.config().read_out : "");
  }
  if (const Coordinates* coordinates = training.coordinates()) {
    console_.say("coordinates: {} on {} axes", chosen.coordinates, grouped(coordinates->axis_count()));
  }
  if (resume_) {
    console_.say("going on after epoch {} of seed {}",
                 training.history().empty() ? 0 : training.history().back().record.epoch, training.current_seed());
  }
  return train(dataset, training, start);
}

int Train::report_plan(const Dataset& dataset, const TrainConfig& config, const std::optional<Coordinates>& given) {
  const ProcessPlan plan = plan_process(dataset, config, given, {.saves = !save_path_.empty()});
  console_.say("{}: {}\n{} ({})\n\n{}", dataset.name, counts_text(dataset), config.model, config.task, plan_text(plan));
  if (!common_.json.empty()) {
    write_json(common_.json, Json::object()
                                 .set("dataset", counts_json(dataset))
                                 .set("task", config.task)
                                 .set("model", config.model)
                                 .set("plan", plan_json(plan))
                                 .set("version", version()));
  }
  return 0;
}

std::optional<TrainConfig> Train::searched(const Dataset& dataset) {
  if (resume_) return load_config(read_safetensors(save_path_));  // what the search chose before
  const TrainConfig config = config_.config();
  const SearchWords words;
  ModelSearchOptions options = search_options(words, config, config_.given());
  options.seeds = ModelSearchOptions{}.seeds;  // --seeds are those of the training behind it
  ModelSearch search(dataset, options, path_cache(path_cache_));
  console_.say("--model auto: a search over {} architectures", grouped(search.space().architecture_count()));
  SearchTimes times;
  const InterruptGuard guard;
  if (run_search(search, words, times, console_, [] {}) == SearchEnd::interrupted) return std::nullopt;
  console_.say("\n{}\n\n{}", finalists_text(search, times), costs_text(search, times));
  TrainConfig found = search.recommended_config();
  found.seeds = config.seeds;
  return found;
}

int Train::train(const Dataset& dataset, Training& training, Clock::time_point start) {
  TrainingCosts costs;
  {
    const InterruptGuard guard;
    Clock::time_point saved = Clock::now();
    while (!training.done()) {
      const std::size_t finished = training.results().size();
      const Clock::time_point begin = Clock::now();
      const EpochRecord& epoch = training.advance();
      costs.epoch_seconds.push_back(seconds_since(begin));
      if (training.results().size() > finished) {
        report_seed(training.results().back());
      } else if (console_.progress_due()) {
        report_progress(training, epoch);
      }
      if (training.done()) break;
      if (noted_signal() != 0) return stop(training);
      if (seconds_since(saved) >= save_every_seconds_) {
        save_meanwhile(training);
        saved = Clock::now();
      }
    }
    save(training);
  }
  costs.total_seconds = seconds_since(start);
  console_.print_line(summary_text(training.results(), costs));
  if (!save_path_.empty()) console_.say("model: {}", save_path_);
  if (!common_.json.empty()) write_json(common_.json, train_json(dataset, training, costs));
  if (!report_path_.empty()) write_page(report_path_, training_page(dataset, training, costs));
  return 0;
}

void Train::report_progress(const Training& training, const EpochRecord& epoch) {
  const TrainConfig& config = training.config();
  const std::string seed = config.seeds > 1 ? fmt::format("seed {} ({} of {})  ", training.current_seed(),
                                                          training.current_seed() - config.seed + 1, config.seeds)
                                            : "";
  console_.progress(fmt::format("{}epoch {} of {}  loss {:.4f}  validation {}", seed, epoch.epoch, config.epochs,
                                epoch.train_loss, headline_text(epoch.validation)));
}

void Train::report_seed(const SeedResult& result) {
  console_.say("seed {}: test {}, validation {}, best epoch {} of {}", result.seed, headline_text(result.test),
               headline_text(result.validation), result.best_epoch, result.epochs_run);
}

void Train::save(const Training& training) const {
  if (!save_path_.empty()) write_safetensors(save_path_, training.save());
  if (!log_path_.empty()) write_training_log(log_path_, training.history());
}

/// A full disk now may be free again at the end: hours of training are not given up for it.
void Train::save_meanwhile(const Training& training) {
  try {
    save(training);
  } catch (const OutputError& error) {
    std::fputs(fmt::format("cairn: warning: {}; training goes on\n", error.what()).c_str(), stderr);
  }
}

int Train::stop_search() {
  std::fflush(stdout);
  std::fputs("\ncairn: stopped while it searched; nothing was saved (cairn search --save does)\n", stderr);
  return 128 + noted_signal();
}

int Train::stop(const Training& training) {
  const int signal = noted_signal();
  save(training);
  const EpochRecord& last = training.history().back().record;
  const std::string where = fmt::format("stopped after epoch {} of seed {}", last.epoch, training.current_seed());
  const std::string advice = save_path_.empty()
                                 ? "nothing was saved (--save FILE does)"
                                 : fmt::format("saved to {}; the same command with --resume goes on", save_path_);
  std::fflush(stdout);
  std::fputs(fmt::format("\ncairn: {}; {}\n", where, advice).c_str(), stderr);
  return 128 + signal;  // as shells know it
}

}  // namespace

std::unique_ptr<Verb> make_train() { return std::make_unique<Train>(); }

}  // namespace cairn::cli
