#include "models/training_record.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

/// Rows of numbers with named columns; what a row does not have is a NaN.
class Table {
 public:
  explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  static Table load(const NamedTensors& from, const std::string& name) {
    std::istringstream words(find_metadata(from, name + ".columns"));
    std::vector<std::string> columns;
    for (std::string word; words >> word;) columns.push_back(word);
    Table table(std::move(columns));
    const StoredArray& stored = find_array(from, name);
    const auto* values = std::get_if<std::vector<double>>(&stored.values);
    if (values == nullptr || stored.shape.rank() != 2 || stored.shape[1] != static_cast<Index>(table.columns_.size())) {
      throw Error(fmt::format("tensor '{}': expected rows of {} numbers", name, table.columns_.size()));
    }
    table.values_ = *values;
    return table;
  }

  void save(const std::string& name, NamedTensors& to) const {
    to.metadata[name + ".columns"] = fmt::format("{}", fmt::join(columns_, " "));
    to.arrays[name] = {Shape{row_count(), static_cast<Index>(columns_.size())}, values_};
  }

  Index row_count() const { return columns_.empty() ? 0 : static_cast<Index>(values_.size() / columns_.size()); }

  void add_row(const Metrics& row) {
    for (const std::string& column : columns_) {
      const auto found = row.find(column);
      values_.push_back(found != row.end() ? found->second : std::numeric_limits<double>::quiet_NaN());
    }
  }

  Metrics row(Index i) const {
    Metrics row;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const double value = values_[static_cast<std::size_t>(i) * columns_.size() + c];
      if (!std::isnan(value)) row[columns_[c]] = value;
    }
    return row;
  }

 private:
  std::vector<std::string> columns_;
  std::vector<double> values_;
};

Table table_of(const std::vector<Metrics>& rows) {
  std::set<std::string> columns;
  for (const Metrics& row : rows) {
    for (const auto& [column, value] : row) columns.insert(column);
  }
  Table table({columns.begin(), columns.end()});
  for (const Metrics& row : rows) table.add_row(row);
  return table;
}

void add_prefixed(const Metrics& metrics, const std::string& prefix, Metrics& to) {
  for (const auto& [name, value] : metrics) to[prefix + name] = value;
}

Metrics with_prefix_removed(const Metrics& row, const std::string& prefix) {
  Metrics metrics;
  for (auto entry = row.lower_bound(prefix); entry != row.end() && entry->first.starts_with(prefix); ++entry) {
    metrics[entry->first.substr(prefix.size())] = entry->second;
  }
  return metrics;
}

double value_of(const Metrics& row, const std::string& column) {
  const auto found = row.find(column);
  if (found == row.end()) throw Error(fmt::format("training record: column '{}' is missing", column));
  return found->second;
}

// A double holds integers up to 2^53 exactly, a seed has 64 bits: it is kept in two halves.
void add_seed(std::uint64_t seed, Metrics& to) {
  to["seed_high"] = static_cast<double>(seed >> 32);
  to["seed_low"] = static_cast<double>(seed & 0xffffffffU);
}

std::uint64_t seed_in(const Metrics& row) {
  return (static_cast<std::uint64_t>(value_of(row, "seed_high")) << 32) |
         static_cast<std::uint64_t>(value_of(row, "seed_low"));
}

}  // namespace

void save_results(const std::vector<SeedResult>& results, NamedTensors& to) {
  std::vector<Metrics> rows;
  for (const SeedResult& result : results) {
    Metrics row{{"epochs_run", static_cast<double>(result.epochs_run)},
                {"best_epoch", static_cast<double>(result.best_epoch)},
                {"score", result.quality.score},
                {"tie_break", result.quality.tie_break}};
    add_seed(result.seed, row);
    add_prefixed(result.train, "train.", row);
    add_prefixed(result.validation, "validation.", row);
    add_prefixed(result.test, "test.", row);
    rows.push_back(std::move(row));
  }
  table_of(rows).save("training.results", to);
}

std::vector<SeedResult> load_results(const NamedTensors& from) {
  const Table table = Table::load(from, "training.results");
  std::vector<SeedResult> results;
  for (Index i = 0; i < table.row_count(); ++i) {
    const Metrics row = table.row(i);
    results.push_back({.seed = seed_in(row),
                       .epochs_run = static_cast<Index>(value_of(row, "epochs_run")),
                       .best_epoch = static_cast<Index>(value_of(row, "best_epoch")),
                       .quality = {.score = value_of(row, "score"), .tie_break = value_of(row, "tie_break")},
                       .train = with_prefix_removed(row, "train."),
                       .validation = with_prefix_removed(row, "validation."),
                       .test = with_prefix_removed(row, "test.")});
  }
  return results;
}

void save_history(const std::vector<LoggedEpoch>& history, NamedTensors& to) {
  std::vector<Metrics> rows;
  for (const LoggedEpoch& logged : history) {
    Metrics row{{"epoch", static_cast<double>(logged.record.epoch)},
                {"train_loss", logged.record.train_loss},
                {"learning_rate", logged.record.learning_rate}};
    add_seed(logged.seed, row);
    add_prefixed(logged.record.validation, "validation.", row);
    rows.push_back(std::move(row));
  }
  table_of(rows).save("training.history", to);
}

std::vector<LoggedEpoch> load_history(const NamedTensors& from) {
  const Table table = Table::load(from, "training.history");
  std::vector<LoggedEpoch> history;
  for (Index i = 0; i < table.row_count(); ++i) {
    const Metrics row = table.row(i);
    history.push_back({.seed = seed_in(row),
                       .record = {.epoch = static_cast<Index>(value_of(row, "epoch")),
                                  .train_loss = value_of(row, "train_loss"),
                                  .learning_rate = value_of(row, "learning_rate"),
                                  .validation = with_prefix_removed(row, "validation.")}});
  }
  return history;
}

}  // namespace cairn
