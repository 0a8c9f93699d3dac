#include "cli/training_log.h"

#include "graph_io/csv_writer.h"

namespace cairn::cli {

void write_training_log(const std::string& path, const std::vector<LoggedEpoch>& history) {
  CsvWriter csv(path);
  for (const char* column : {"seed", "epoch", "learning_rate", "train_loss"}) csv.cell(std::string_view(column));
  Metrics columns;  // of all epochs: a seed whose validation nodes are of one class has no ROC AUC
  for (const LoggedEpoch& logged : history)
    columns.insert(logged.record.validation.begin(), logged.record.validation.end());
  for (const auto& [name, value] : columns) csv.cell("validation_" + name);
  csv.end_row();
  for (const auto& [seed, record] : history) {
    csv.cell(std::to_string(seed)).cell(record.epoch);
    csv.cell(static_cast<Real>(record.learning_rate)).cell(static_cast<Real>(record.train_loss));
    for (const auto& [name, value] : columns) {
      const auto found = record.validation.find(name);
      if (found != record.validation.end()) {
        csv.cell(static_cast<Real>(found->second));
      } else {
        csv.cell(std::string_view());
      }
    }
    csv.end_row();
  }
  csv.commit();
}

}  // namespace cairn::cli
