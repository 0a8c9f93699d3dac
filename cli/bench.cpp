#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/experiments.h"
#include "cli/bench_experiment.h"
#include "cli/bench_position.h"
#include "cli/bench_runs.h"
#include "cli/bench_search.h"
#include "cli/bench_timings.h"
#include "cli/common.h"
#include "cli/console.h"
#include "cli/report_pages.h"
#include "cli/verb.h"
#include "core/error.h"
#include "core/parallel.h"

namespace cairn::cli {

namespace {

struct Subject {
  std::string_view name;
  std::string_view summary;
  const benchmarks::Experiment* experiment = nullptr;  // null: no experiment
  const TimedSubject* timed = nullptr;                 // null: made of runs
};

std::vector<Subject> subjects() {
  std::vector<Subject> all{
      {.name = "position",
       .summary = "who can tell where a node is: models and untrained controls over datasets and numbers of anchors"}};
  for (const benchmarks::Experiment* experiment : benchmarks::experiments()) {
    all.push_back({.name = experiment->name, .summary = experiment->summary, .experiment = experiment});
  }
  for (const TimedSubject& timed : timed_subjects()) {
    all.push_back({.name = timed.name, .summary = timed.summary, .timed = &timed});
  }
  return all;
}

Subject find_subject(const std::string& name) {
  std::vector<std::string_view> known;
  for (const Subject& subject : subjects()) {
    if (subject.name == name) return subject;
    known.push_back(subject.name);
  }
  throw_unknown_name("benchmark", name, known);
}

class Bench : public Verb {
 public:
  void declare(OptionList& options) override {
    options.positional("SUBJECT", "what to measure", subject_);
    options.flag("smoke", "Size", "smallest sizes: shows that all runs and is right, not how good or fast it is",
                 smoke_);
    cli::declare(options, runs_);
    cli::declare(options, runs_, position_);
    cli::declare(options, runs_, experiment_);
    cli::declare(options, runs_, cells_);
    cli::declare(options, common_);
    declare_seed(options, seed_);  // the first one of subjects with --seeds
    std::vector<std::pair<std::string, std::string>> rows;
    for (const Subject& subject : subjects()) rows.emplace_back(subject.name, subject.summary);
    options.names("Subjects", std::move(rows));
  }

  int run() override {
    const Subject subject = find_subject(subject_);
    check_given(runs_, subject.name);
    prepare(common_);
    if (subject.name == "position") return bench_position(position_, runs_, smoke_, seed_, common_);
    if (subject.name == "search" && !(cells_.space + cells_.dataset + cells_.table).empty()) {
      return bench_cells(cells_, runs_, smoke_, seed_, common_);
    }
    if (subject.experiment != nullptr) {
      return bench_experiment(*subject.experiment, experiment_, runs_, smoke_, seed_, common_);
    }
    return run_timed(*subject.timed);
  }

 private:
  int run_timed(const TimedSubject& subject) {
    Console console(common_.quiet);
    Timings timings = subject.run(smoke_, seed_, console);
    if (!runs_.report.empty()) {
      ReportPage page{.title = fmt::format("cairn bench {}", subject.name),
                      .facts = {fmt::format("cairn {}", version()), fmt::format("{} threads", thread_count())},
                      .parts = {}};
      for (LineChart& chart : timings.charts) page.parts.emplace_back(std::move(chart));
      write_page(runs_.report, page);
    }
    if (!common_.json.empty()) {
      write_json(common_.json, Json::object()
                                   .set("benchmark", subject_)
                                   .set("smoke", smoke_)
                                   .set("threads", thread_count())
                                   .set("results", timings.results)
                                   .set("version", version()));
    }
    return 0;
  }

  std::string subject_;
  RunOptions runs_;
  benchmarks::PositionBenchOptions position_;
  ExperimentWords experiment_;
  CellWords cells_;
  bool smoke_ = false;
  std::uint64_t seed_ = 0;
  CommonOptions common_;
};

}  // namespace

std::unique_ptr<Verb> make_bench() { return std::make_unique<Bench>(); }

}  // namespace cairn::cli
