#include "benchmarks/experiment_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <mutex>
#include <utility>

#include "benchmarks/share_out.h"
#include "core/error.h"

namespace cairn::benchmarks {

namespace {

constexpr Index smoke_seeds = 2;

/// One part of a section with one seed.
struct Job {
  const ExperimentSection* section;
  const ExperimentPart* part;
  Index part_number;
  std::uint64_t seed;
};

class Bench {
 public:
  Bench(const ExperimentOptions& options, ExperimentResults from, const ExperimentListener& listener)
      : options_(options), results_(std::move(from)), listener_(listener) {
    if (results_.runs.empty()) results_.smoke = options_.smoke;
    if (results_.smoke != options_.smoke) {
      throw UsageError("--resume: expected --smoke as before: results of tiny sizes do not mix with others");
    }
    results_.left_out.clear();
    for (const ExperimentSection* section : sections_asked_for()) plan(*section);
  }

  ExperimentResults run() {
    // Seed by seed, so that a benchmark that is stopped has tables of all sections.
    const auto by_seed = [](const Job& a, const Job& b) { return a.seed < b.seed; };
    std::stable_sort(shared_.begin(), shared_.end(), by_seed);
    share_out(static_cast<Index>(shared_.size()), listener_.stopped,
              [&](Index i) { run_job(shared_[static_cast<std::size_t>(i)]); });
    for (const Job& job : alone_) {
      if (!listener_.stopped()) run_job(job);
    }
    return std::move(results_);
  }

 private:
  std::vector<const ExperimentSection*> sections_asked_for() const;
  void plan(const ExperimentSection& section);
  void plan_part(const ExperimentSection& section, const ExperimentPart& part, Index number);
  void run_job(const Job& job);
  void keep(const Job& job, double seconds, const std::vector<MeasuredRow>& rows);

  ExperimentOptions options_;
  ExperimentResults results_;
  const ExperimentListener& listener_;
  std::deque<std::vector<ExperimentPart>> parts_;  // of the sections that were planned; jobs point into them
  std::vector<Job> shared_;                        // each on one thread
  std::vector<Job> alone_;                         // one after the other, on all threads
  std::mutex mutex_;
  Index done_ = 0;
};

std::vector<const ExperimentSection*> Bench::sections_asked_for() const {
  std::vector<std::string_view> known;
  for (const ExperimentSection& section : results_.experiment->sections) known.push_back(section.name);
  for (const std::string& name : options_.only) {
    if (std::find(known.begin(), known.end(), name) == known.end()) throw_unknown_name("section", name, known);
  }
  std::vector<const ExperimentSection*> asked;
  for (const ExperimentSection& section : results_.experiment->sections) {
    const auto& only = options_.only;
    if (only.empty() || std::find(only.begin(), only.end(), section.name) != only.end()) asked.push_back(&section);
  }
  return asked;
}

void Bench::plan(const ExperimentSection& section) {
  parts_.push_back(section.parts({.data = options_.data, .epochs = options_.epochs, .smoke = options_.smoke}));
  const std::vector<ExperimentPart>& parts = parts_.back();
  const bool all_missing =
      std::all_of(parts.begin(), parts.end(), [](const ExperimentPart& part) { return !part.missing.empty(); });
  if (all_missing && !options_.only.empty()) {
    throw UsageError(fmt::format("--only {}: {}", section.name, parts.front().missing));
  }
  for (std::size_t p = 0; p < parts.size(); ++p) plan_part(section, parts[p], static_cast<Index>(p));
}

void Bench::plan_part(const ExperimentSection& section, const ExperimentPart& part, Index number) {
  const std::uint64_t first = section.seeds == 0 ? 0 : options_.seed;  // what draws nothing has seed 0
  if (!part.missing.empty()) {
    const std::string line = fmt::format("{}: {}", section.name, part.missing);
    const bool is_known = results_.find_run(section.name, part.name, first) != nullptr;
    auto& lines = results_.left_out;  // parts that lack the same folder are one line
    if (!is_known && std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    return;
  }
  const Index drawn = options_.seeds > 0 ? options_.seeds : options_.smoke ? smoke_seeds : section.seeds;
  for (Index i = 0; i < (section.seeds == 0 ? 1 : drawn); ++i) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
    const FinishedRun* known = results_.find_run(section.name, part.name, seed);
    if (known != nullptr && known->settings != part.settings) {
      throw UsageError(fmt::format(
          "--resume: {}, {} was measured with other settings than it has now; expected '{}' as before, found '{}'",
          section.name, part.name, known->settings, part.settings));
    }
    if (known == nullptr) (section.alone ? alone_ : shared_).push_back({&section, &part, number, seed});
  }
}

void Bench::run_job(const Job& job) {
  const auto start = std::chrono::steady_clock::now();
  const auto rows = job.part->run(job.seed, listener_.stopped);
  if (rows) keep(job, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), *rows);
}

void Bench::keep(const Job& job, double seconds, const std::vector<MeasuredRow>& rows) {
  const std::lock_guard lock(mutex_);
  results_.add({.section = std::string(job.section->name),
                .part = job.part->name,
                .seed = job.seed,
                .settings = job.part->settings,
                .seconds = seconds},
               job.part_number, rows);
  ++done_;
  if (!listener_.finished) return;
  listener_.finished(results_,
                     {.done = done_,
                      .total = static_cast<Index>(shared_.size() + alone_.size()),
                      .finished = fmt::format("{}, {}, seed {}", job.section->name, job.part->name, job.seed)});
}

}  // namespace

ExperimentResults run_experiment(const ExperimentOptions& options, ExperimentResults from,
                                 const ExperimentListener& listener) {
  return Bench(options, std::move(from), listener).run();
}

}  // namespace cairn::benchmarks
