#include "benchmarks/position.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include "benchmarks/position_columns.h"
#include "benchmarks/position_run.h"
#include "benchmarks/run_settings.h"
#include "benchmarks/share_out.h"
#include "core/error.h"
#include "core/parallel.h"

namespace cairn::benchmarks {

namespace {

constexpr Index smoke_epochs = 3;

/// The columns asked for that can be measured, with their data.
struct Subject {
  const PositionColumn* column;
  std::shared_ptr<const Dataset> data;  // null: drawn for each seed
};

bool is_asked(const std::vector<std::string>& asked, std::string_view name) {
  return asked.empty() || std::find(asked.begin(), asked.end(), name) != asked.end();
}

void check_names(const PositionBenchOptions& options) {
  std::vector<std::string_view> known;
  for (const PositionColumn& column : position_columns()) known.push_back(column.name);
  for (const std::string& name : options.columns) {
    if (std::find(known.begin(), known.end(), name) == known.end()) throw_unknown_name("column", name, known);
  }
  const std::vector<std::string> models = position_model_names();
  const std::vector<std::string_view> known_models(models.begin(), models.end());
  for (const std::string& name : options.models) {
    if (std::find(known_models.begin(), known_models.end(), name) == known_models.end()) {
      throw_unknown_name("model", name, known_models);
    }
  }
}

bool has_rows(const PositionResults& results, const PositionColumn& column) {
  return std::any_of(results.rows.begin(), results.rows.end(),
                     [&](const PositionRow& row) { return row.dataset == column.dataset && row.task == column.task; });
}

/// Notes in results.left_out what there is no data for, unless an earlier call had it.
std::vector<Subject> find_subjects(const PositionBenchOptions& options, PositionResults& results) {
  results.left_out.clear();
  std::vector<Subject> subjects;
  for (const PositionColumn& column : position_columns()) {
    if (!is_asked(options.columns, column.name)) continue;
    if (!column.is_real()) {
      subjects.push_back({&column, nullptr});
      continue;
    }
    std::error_code ignored;
    const bool is_there =
        !options.data.empty() && std::filesystem::exists(std::filesystem::path(options.data) / column.folder, ignored);
    if (!is_there && options.columns.empty()) {
      if (has_rows(results, column)) continue;
      results.left_out.push_back(
          options.data.empty() ? fmt::format("{}: needs --data DIR with a folder {}", column.name, column.folder)
                               : fmt::format("{}: {} has no folder {}", column.name, options.data, column.folder));
      continue;
    }
    if (options.data.empty()) {
      throw UsageError(
          fmt::format("--columns {}: expected --data DIR with a folder {}, found none", column.name, column.folder));
    }
    subjects.push_back({&column, std::make_shared<const Dataset>(real_dataset(column, options.data))});
  }
  return subjects;
}

/// One training, or one control: the rows that its figures go to, and how to run it.
struct Job {
  PositionRun run;
  std::vector<PositionRow> rows;  // without values
};

/// A row's place in the tables: column, anchors, model.
std::array<std::size_t, 3> place_of(const std::string& dataset, const std::string& task, const std::string& rule,
                                    const std::string& model) {
  constexpr std::size_t last = std::size_t{1} << 40;
  std::array<std::size_t, 3> place{last, rule == "log2^2" ? last : 0, last};
  if (rule != "log2^2" && rule != "roots") place[1] = static_cast<std::size_t>(std::stoul(rule));
  const auto& columns = position_columns();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].dataset != dataset || columns[c].task != task) continue;
    place[0] = c;
    const std::vector<PositionModel> models = models_of(columns[c]);
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (models[m].name == model) place[2] = m;
    }
  }
  return place;
}

/// Puts an entry where the order of the tables has it.
template <class Entry>
Entry& insert_in_order(std::vector<Entry>& entries, Entry entry) {
  const auto model_of = [](const Entry& e) {
    if constexpr (requires { e.model; }) {
      return e.model;
    } else {
      return std::string("gir");
    }
  };
  const auto before = [&](const Entry& a, const Entry& b) {
    return place_of(a.dataset, a.task, a.anchor_rule, model_of(a)) <
           place_of(b.dataset, b.task, b.anchor_rule, model_of(b));
  };
  return *entries.insert(std::upper_bound(entries.begin(), entries.end(), entry, before), std::move(entry));
}

class Bench {
 public:
  Bench(const PositionBenchOptions& options, PositionResults from, const PositionListener& listener)
      : options_(options), results_(std::move(from)), listener_(listener) {
    check_names(options_);
    const Index epochs = options_.epochs == 0 && options_.smoke ? smoke_epochs : options_.epochs;
    if (results_.rows.empty()) {
      results_.epochs = epochs;
      results_.smoke = options_.smoke;
    }
    if (results_.smoke != options_.smoke) {
      throw UsageError("--resume: expected --smoke as before: results of tiny datasets do not mix with others");
    }
    if (results_.epochs != epochs) {
      throw UsageError(fmt::format("--resume: the benchmark was begun with --epochs {}, expected the same, found {}",
                                   results_.epochs, epochs));
    }
    plan(find_subjects(options_, results_));
  }

  PositionResults run() {
    share_out(static_cast<Index>(jobs_.size()), listener_.stopped, [&](Index i) {
      const Job& job = jobs_[static_cast<std::size_t>(i)];
      if (auto outcome = run_position(job.run, listener_.stopped)) keep(job, *std::move(outcome));
    });
    return std::move(results_);
  }

 private:
  void plan(const std::vector<Subject>& subjects);
  void plan_model(const Subject& subject, const PositionModel& model, std::uint64_t seed, const Dataset& first);
  void add_job(PositionRun run, std::vector<PositionRow> rows);
  void keep(const Job& job, PositionOutcome outcome);
  double seconds_left() const;

  PositionBenchOptions options_;
  PositionResults results_;
  const PositionListener& listener_;
  std::vector<Job> jobs_;
  std::vector<bool> is_done_;
  std::mutex mutex_;
  Index done_ = 0;
};

/// Seed by seed, so that a benchmark that is stopped has tables of all columns.
void Bench::plan(const std::vector<Subject>& subjects) {
  std::vector<std::shared_ptr<const Dataset>> first;
  for (const Subject& subject : subjects) {
    first.push_back(subject.data ? subject.data
                                 : std::make_shared<const Dataset>(
                                       synthetic_dataset(*subject.column, options_.smoke, options_.seed)));
  }
  for (Index i = 0; i < options_.seeds; ++i) {
    for (std::size_t s = 0; s < subjects.size(); ++s) {
      for (const PositionModel& model : models_of(*subjects[s].column)) {
        if (!is_asked(options_.models, model.name)) continue;
        plan_model(subjects[s], model, options_.seed + static_cast<std::uint64_t>(i), *first[s]);
      }
    }
  }
  is_done_.assign(jobs_.size(), false);
}

void Bench::plan_model(const Subject& subject, const PositionModel& model, std::uint64_t seed, const Dataset& first) {
  const PositionColumn& column = *subject.column;
  const std::vector<Index> counts = anchor_counts_of(column, model, options_.anchors);
  if (counts.empty()) return;
  const auto row_at = [&](Index anchors) {
    PositionRow row;
    row.model = model.name;
    row.dataset = column.dataset;
    row.task = column.task;
    row.anchor_rule = anchor_rule(column, anchors);
    row.anchors = anchor_number(column, anchors, first);
    row.control = model.control;
    return row;
  };
  const auto run_at = [&](Index anchors) {
    PositionRun run;
    run.column = &column;
    run.model = model;
    run.data = subject.data;
    run.smoke = options_.smoke;
    run.config = position_config(column, model.name, anchors, results_.epochs);
    run.config.seed = seed;
    run.anchor_rule = anchor_rule(column, anchors);
    const bool first_seed = seed == options_.seed;
    const auto& asked = options_.anchors;
    const Index curve_at = std::find(asked.begin(), asked.end(), 4) != asked.end() ? 4 : asked.front();
    const bool is_shown = column.is_path_sum() || !model.anchored || anchors == curve_at;
    run.wants_curve = first_seed && is_shown && !model.fused && !model.untrained;
    run.wants_picture = first_seed && model.name == "gir" && anchors == asked.back();
    return run;
  };
  if (model.anchored) {
    for (const Index anchors : counts) add_job(run_at(anchors), {row_at(anchors)});
    return;
  }
  std::vector<PositionRow> rows;  // one run serves all numbers of anchors
  for (const Index anchors : counts) rows.push_back(row_at(anchors));
  add_job(run_at(counts.front()), std::move(rows));
}

void Bench::add_job(PositionRun run, std::vector<PositionRow> rows) {
  const auto settings = run_settings(run.config);
  bool is_known = true;
  for (PositionRow& row : rows) {
    row.settings = settings;
    const PositionRow* known = results_.find(row);
    if (known != nullptr && known->settings != settings) {
      throw UsageError(fmt::format(
          "--resume: {} on {} was measured with other settings than it has now; expected the same, or another --json",
          row.model, run.column->name));
    }
    is_known = is_known && known != nullptr && known->values.count(run.config.seed) > 0;
  }
  if (!is_known) jobs_.push_back({std::move(run), std::move(rows)});
}

void Bench::keep(const Job& job, PositionOutcome outcome) {
  const std::lock_guard lock(mutex_);
  for (const PositionRow& row : job.rows) {
    PositionRow* known = results_.find(row);
    if (known == nullptr) known = &insert_in_order(results_.rows, row);
    if (known->values.emplace(job.run.config.seed, outcome.value).second) known->seconds += outcome.seconds;
  }
  if (outcome.curve) insert_in_order(results_.curves, *std::move(outcome.curve));
  if (outcome.picture) insert_in_order(results_.pictures, *std::move(outcome.picture));
  is_done_[static_cast<std::size_t>(&job - jobs_.data())] = true;
  ++done_;
  if (!listener_.finished) return;
  listener_.finished(
      results_, {.done = done_,
                 .total = static_cast<Index>(jobs_.size()),
                 .seconds_left = seconds_left(),
                 .finished = fmt::format(
                     "{} on {}, {}seed {}: {:.4f}", job.run.model.name, job.run.column->name,
                     job.run.model.anchored ? fmt::format("{} anchors, ", job.rows.front().anchors) : std::string(),
                     job.run.config.seed, outcome.value.roc_auc)});
}

/// From what other seeds of a row took; where none is finished, from the mean of all.
double Bench::seconds_left() const {
  double total = 0;
  double runs = 0;
  for (const PositionRow& row : results_.rows) {
    total += row.seconds;
    runs += static_cast<double>(row.values.size());
  }
  const double mean = runs > 0 ? total / runs : 0;
  double left = 0;
  for (std::size_t j = 0; j < jobs_.size(); ++j) {
    if (is_done_[j]) continue;
    const PositionRow* known = results_.find(jobs_[j].rows.front());
    left +=
        known != nullptr && !known->values.empty() ? known->seconds / static_cast<double>(known->values.size()) : mean;
  }
  return left / thread_count();
}

}  // namespace

PositionResults measure_position(const PositionBenchOptions& options, PositionResults from,
                                 const PositionListener& listener) {
  return Bench(options, std::move(from), listener).run();
}

}  // namespace cairn::benchmarks
