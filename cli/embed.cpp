#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cli/common.h"
#include "cli/config_options.h"
#include "cli/console.h"
#include "cli/coordinates_file.h"
#include "cli/model_file.h"
#include "cli/path_cache.h"
#include "cli/process.h"
#include "cli/train_report.h"
#include "cli/verb.h"
#include "core/error.h"
#include "graph_io/csv_writer.h"
#include "graph_io/npy.h"
#include "models/defaults.h"
#include "models/training.h"

namespace cairn::cli {

namespace {

bool is_npy(const std::string& path) { return std::filesystem::path(path).extension() == ".npy"; }

/// "gir.npy" -> "gir.ids.csv".
std::string ids_path(const std::string& path) {
  return std::filesystem::path(path).replace_extension(".ids.csv").string();
}

void write_ids(const std::string& path, const Dataset& dataset) {
  CsvWriter csv(path);
  csv.cell("node").end_row();
  for (Index u = 0; u < dataset.node_count(); ++u) csv.cell(dataset.ids.name(static_cast<NodeId>(u))).end_row();
  csv.commit();
}

/// "node,e0,e1,...", a row a node.
void write_csv(const std::string& path, const Dataset& dataset, const Tensor& rows) {
  CsvWriter csv(path);
  csv.cell("node");
  for (Index d = 0; d < rows.columns(); ++d) csv.cell(fmt::format("e{}", d));
  csv.end_row();
  for (Index u = 0; u < dataset.node_count(); ++u) {
    csv.cell(dataset.ids.name(static_cast<NodeId>(u)));
    for (const Real value : rows.row(u)) csv.cell(value);
    csv.end_row();
  }
  csv.commit();
}

class Embed : public Verb {
 public:
  void declare(OptionList& options) override;
  int run() override;

 private:
  /// Trained to recover distances; fills `facts` for the JSON. Nothing where a signal stopped it.
  std::optional<Tensor> trained_rows(const Dataset& dataset, const TrainConfig& config, Json& facts);
  void check_out() const;

  DatasetOptions dataset_;
  CommonOptions common_;
  ConfigOptions config_{"gir", "distance"};
  std::string from_;
  std::string path_cache_;
  std::string out_;
  Console console_{false};
};

void Embed::declare(OptionList& options) {
  cli::declare(options, dataset_);
  options.add({.name = "encoder",
               .kind = ValueKind::text,
               .value_name = "NAME",
               .group = "Model",
               .help = "gir, gir-dist, pgnn, or any model, as in train",
               .set = [this](std::string_view text) { config_.set("model", text); },
               .default_text = [] { return std::string("gir"); }});
  config_.declare(options, {"model", "task", "seeds", "fusion", "score", "node_disjoint", "redraw_negatives",
                            "batch_size", "fan_out", "path_fan_out", "evaluation_path_fan_out"});
  options.text("from", "MODEL", "Model", "a file that `cairn train --save` wrote: its embeddings, without training",
               from_);
  options.text("path-cache", "DIR", "Position", "keep the paths from anchors here, for later runs on the same graph",
               path_cache_);
  options.text("out", "FILE", "Output", ".npy [nodes, columns], with the ids in FILE's name.ids.csv, or .csv", out_);
  cli::declare(options, common_);
  declare_model_names(options);
  declare_dataset_names(options);
}

std::optional<Tensor> Embed::trained_rows(const Dataset& dataset, const TrainConfig& config, Json& facts) {
  const auto start = std::chrono::steady_clock::now();
  TrainingCosts costs;
  Training training(dataset, config, path_cache(path_cache_), read_coordinates(config_.coordinates_file(), dataset));
  console_.say("{}: {} parameters, trained to recover distances", config.model, grouped(training.parameter_count()));
  const InterruptGuard guard;
  while (!training.done()) {
    const auto begin = std::chrono::steady_clock::now();
    const EpochRecord& epoch = training.advance();
    const auto end = std::chrono::steady_clock::now();
    costs.epoch_seconds.push_back(std::chrono::duration<double>(end - begin).count());
    costs.total_seconds = std::chrono::duration<double>(end - start).count();
    if (noted_signal() != 0 && !training.done()) return std::nullopt;
    if (console_.progress_due()) {
      console_.progress(fmt::format("epoch {} of {}  loss {:.4f}", epoch.epoch, config.epochs, epoch.train_loss));
    }
  }
  console_.print_line(summary_text(training.results(), costs));
  for (const auto& [name, value] : training.results().front().test) facts.set(name, value);
  return training.best_rows();
}

void Embed::check_out() const {
  if (out_.empty()) throw UsageError("--out: expected the file to write, .npy or .csv");
  const std::string extension = std::filesystem::path(out_).extension().string();
  if (!extension.empty() && extension != ".npy" && extension != ".csv") {
    throw UsageError(fmt::format("--out: expected a file .npy or .csv, found '{}'", out_));
  }
}

int Embed::run() {
  console_.be_quiet(common_.quiet);
  check_out();
  const TrainConfig config = config_.config();
  prepare(common_);
  check_writable(out_);
  if (is_npy(out_)) check_writable(ids_path(out_));
  const std::optional<ModelFile> file = from_.empty() ? std::nullopt : std::optional<ModelFile>(from_);
  if (file) dataset_.directed = dataset_.directed || file->model().directed;
  const Dataset dataset = load_dataset(dataset_, config.seed);
  console_.say("{}: {}", dataset.name, counts_text(dataset));
  Json facts = Json::object();
  const std::optional<Tensor> found = file ? file->rows(dataset, read_coordinates(config_.coordinates_file(), dataset))
                                           : trained_rows(dataset, config, facts);
  if (!found) {
    std::fflush(stdout);
    std::fputs("\ncairn: stopped before the end of training; nothing was written\n", stderr);
    return 128 + noted_signal();  // as shells know it
  }
  const Tensor& rows = *found;
  if (is_npy(out_)) {
    write_ids(ids_path(out_), dataset);
    write_npy(out_, rows);
  } else {
    write_csv(out_, dataset, rows);
  }
  console_.say("{} x {} values written to {}", grouped(rows.rows()), grouped(rows.columns()), out_);
  if (!common_.json.empty()) {
    write_json(common_.json, Json::object()
                                 .set("dataset", counts_json(dataset))
                                 .set("model", from_.empty() ? Json(config.model) : Json(from_))
                                 .set("columns", rows.columns())
                                 .set("test", std::move(facts))
                                 .set("out", out_)
                                 .set("version", version()));
  }
  return 0;
}

}  // namespace

std::unique_ptr<Verb> make_embed() { return std::make_unique<Embed>(); }

}  // namespace cairn::cli
