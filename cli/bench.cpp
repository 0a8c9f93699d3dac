#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/experiments.h"
#include "benchmarks/kernels.h"
#include "benchmarks/parse.h"
#include "cli/bench_experiment.h"
#include "cli/bench_paths.h"
#include "cli/bench_position.h"
#include "cli/bench_runs.h"
#include "cli/bench_search.h"
#include "cli/common.h"
#include "cli/console.h"
#include "cli/verb.h"
#include "core/error.h"
#include "core/parallel.h"

namespace cairn::cli {

namespace {

Json seconds_json(double median, double least, double most) {
  return Json::object().set("median", median).set("min", least).set("max", most);
}

Json bench_kernels(bool smoke, std::uint64_t seed, Console& console) {
  const auto timings = benchmarks::time_kernels({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_timings(timings));
  Json rows = Json::array();
  for (const benchmarks::KernelTiming& timing : timings) {
    rows.add(Json::object()
                 .set("kernel", timing.name)
                 .set("size", timing.size)
                 .set("seconds", seconds_json(timing.median_seconds, timing.min_seconds, timing.max_seconds))
                 .set("bytes", timing.bytes)
                 .set("operations", timing.operations)
                 .set("limit", timing.limit)
                 .set("share_of_limit", timing.share_of_limit));
  }
  return rows;
}

Json bench_parse(bool smoke, std::uint64_t seed, Console& console) {
  const auto timings = benchmarks::time_parsing({.smoke = smoke, .seed = seed});
  console.print_line(benchmarks::format_parsing(timings));
  Json rows = Json::array();
  for (const benchmarks::ParseTiming& timing : timings) {
    rows.add(Json::object()
                 .set("threads", timing.threads)
                 .set("edges", timing.edges)
                 .set("bytes", timing.file_bytes)
                 .set("seconds", seconds_json(timing.seconds.median, timing.seconds.min, timing.seconds.max))
                 .set("edges_per_second_per_core", timing.edges_per_second_per_core));
  }
  return rows;
}

struct Subject {
  std::string_view name;
  std::string_view summary;
  /// Timings: null where it is made of runs, with options of its own.
  Json (*run)(bool smoke, std::uint64_t seed, Console& console) = nullptr;
  const benchmarks::Experiment* experiment = nullptr;  // null: no experiment
};

std::vector<Subject> subjects() {
  std::vector<Subject> all{
      {.name = "position",
       .summary = "who can tell where a node is: models and untrained controls over datasets and numbers of anchors"}};
  for (const benchmarks::Experiment* experiment : benchmarks::experiments()) {
    all.push_back({.name = experiment->name, .summary = experiment->summary, .experiment = experiment});
  }
  all.push_back({.name = "paths",
                 .summary = "distances from anchors beside Boost.Graph's, and an epoch of a path encoder: time and "
                            "memory",
                 .run = bench_paths});
  all.push_back({.name = "kernels",
                 .summary = "each kernel against what bounds it: memory, gathered rows, or a matrix product",
                 .run = bench_kernels});
  all.push_back({.name = "parse",
                 .summary = "a text edge list, from a warm file to a graph: edges a second and core",
                 .run = bench_parse});
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
    Console console(common_.quiet);
    const Json rows = subject.run(smoke_, seed_, console);
    if (!common_.json.empty()) {
      write_json(common_.json, Json::object()
                                   .set("benchmark", subject_)
                                   .set("smoke", smoke_)
                                   .set("threads", thread_count())
                                   .set("results", rows)
                                   .set("version", version()));
    }
    return 0;
  }

 private:
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
