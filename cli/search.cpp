#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common.h"
#include "cli/config_options.h"
#include "cli/console.h"
#include "cli/process.h"
#include "cli/report_pages.h"
#include "cli/search_report.h"
#include "cli/search_run.h"
#include "cli/verb.h"
#include "core/error.h"
#include "graph_io/output_file.h"
#include "graph_io/safetensors.h"

namespace cairn::cli {

namespace {

using Clock = std::chrono::steady_clock;

class Search : public Verb {
 public:
  void declare(OptionList& options) override;
  int run() override;

 private:
  void resume(ModelSearch& search) const;
  void write(const Dataset& dataset, const ModelSearch& search, const SearchTimes& times, SearchEnd end);

  DatasetOptions dataset_;
  CommonOptions common_;
  ConfigOptions config_{"gcn", "node"};
  SearchWords words_;
  std::string out_;
  std::string save_;
  std::string report_;
  bool resume_ = false;
  Console console_{false};
};

void Search::declare(OptionList& options) {
  cli::declare(options, dataset_);
  declare_search(options, words_);
  options.text("out", "FILE", "Output", "the configuration that is recommended (TOML), for train --config", out_);
  options.text("save", "FILE", "Output", "what --resume needs (safetensors)", save_);
  options.flag("resume", "Output", "go on from the file of --save", resume_);
  options.text("report", "FILE", "Output", "a page with the decisions and the finalists (HTML)", report_);
  std::vector<std::string_view> left_out = searched_fields();  // what the search decides itself
  left_out.insert(left_out.end(), {"batch_size", "fan_out", "path_fan_out",
                                   "evaluation_path_fan_out"});  // it compares models that cannot all be cut
  config_.declare(options, left_out);
  cli::declare(options, common_);
  declare_task_names(options);
  declare_dataset_names(options);
}

void Search::resume(ModelSearch& search) const {
  const NamedTensors saved = read_safetensors(save_);
  try {
    search.resume(saved);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    throw InputError(save_, 0, error.what());
  }
}

int Search::run() {
  console_.be_quiet(common_.quiet);
  if (resume_ && save_.empty()) throw UsageError("--resume: expected --save FILE, which says what to go on from");
  if (resume_ && !std::filesystem::exists(save_)) {
    throw UsageError(fmt::format("--resume: {}: expected the file of a search that was stopped, found nothing", save_));
  }
  const TrainConfig config = config_.config();
  const ModelSearchOptions options = search_options(words_, config, config_.given());
  prepare(common_);
  for (const std::string& path : {out_, save_, report_}) check_writable(path);
  const Dataset dataset = load_dataset(dataset_, config.seed);
  check_memory(dataset, options, words_);
  console_.say("{}: {}", dataset.name, counts_text(dataset));

  SearchTimes times;
  const Clock::time_point start = Clock::now();
  ModelSearch search(dataset, options);
  if (resume_) resume(search);
  times.preparing = std::chrono::duration<double>(Clock::now() - start).count();
  console_.say("{} architectures of {} decisions, task {}, {} then selection by {}",
               grouped(search.space().architecture_count()), search.space().decision_count(), options.task,
               to_string(options.search.method), to_string(options.selection));
  const auto save = [&] {
    if (!save_.empty()) write_safetensors(save_, search.save());
  };
  const InterruptGuard guard;
  const SearchEnd end = run_search(search, words_, times, console_, save);
  save();
  if (end == SearchEnd::interrupted) {
    std::fflush(stdout);
    std::fputs(save_.empty() ? "\ncairn: stopped; nothing was saved (--save FILE does)\n"
                             : "\ncairn: stopped; the same command with --resume goes on\n",
               stderr);
    return 128 + noted_signal();
  }
  write(dataset, search, times, end);
  return 0;
}

void Search::write(const Dataset& dataset, const ModelSearch& search, const SearchTimes& times, SearchEnd end) {
  if (end == SearchEnd::out_of_time) console_.say("stopped after --max-seconds: the best so far");
  if (!search.records().empty()) console_.say("\n{}", decisions_text(search));
  if (!search.finalists().empty()) console_.say("\n{}", finalists_text(search, times));
  const std::string toml = config_toml(dataset, search);
  console_.say("\n{}\n{}", toml, costs_text(search, times));
  if (!out_.empty()) {
    OutputFile file(out_);
    file.write(toml);
    file.commit();
    console_.say("configuration: {}", out_);
  }
  if (!common_.json.empty()) write_json(common_.json, search_json(dataset, search, times, end));
  if (!report_.empty()) write_page(report_, search_page(dataset, search, times));
}

}  // namespace

std::unique_ptr<Verb> make_search() { return std::make_unique<Search>(); }

}  // namespace cairn::cli
