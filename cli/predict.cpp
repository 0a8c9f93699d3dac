#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"
#include "cli/coordinates_file.h"
#include "cli/model_file.h"
#include "cli/verb.h"
#include "core/error.h"
#include "data/metrics.h"
#include "graph_io/csv_writer.h"
#include "graph_io/output_file.h"
#include "kernels/elementwise.h"

namespace cairn::cli {

namespace {

/// Labels of the dataset as classes of the model, by name; -1 for none, class_count for one the model does not know.
std::vector<std::int32_t> labels_for(const SavedModel& saved, const Dataset& dataset) {
  const auto& known = saved.class_names;
  std::vector<std::int32_t> class_of;
  for (const std::string& name : dataset.class_names) {
    class_of.push_back(static_cast<std::int32_t>(std::find(known.begin(), known.end(), name) - known.begin()));
  }
  std::vector<std::int32_t> labels;
  for (const std::int32_t label : dataset.labels) {
    labels.push_back(label < 0 ? -1 : class_of[static_cast<std::size_t>(label)]);
  }
  return labels;
}

std::size_t best_class(std::span<const Real> scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

/// Writes "node,label[,probability_<class>...]" in the order of the nodes.
void write_rows(const Dataset& dataset, const std::vector<std::string>& classes, const Tensor& scores,
                bool with_probabilities, const std::function<void(std::string_view)>& write) {
  Tensor probabilities;
  std::string row = "node,label";
  if (with_probabilities) {
    probabilities = Tensor::uninitialized(scores.shape());
    kernels::softmax_rows(scores, probabilities);
    for (const std::string& name : classes) row += fmt::format(",{}", csv_cell(fmt::format("probability_{}", name)));
  }
  write(row + "\n");
  for (Index u = 0; u < dataset.node_count(); ++u) {
    row = fmt::format("{},{}", csv_cell(dataset.ids.name(static_cast<NodeId>(u))),
                      csv_cell(classes[best_class(scores.row(u))]));
    if (with_probabilities) {
      for (const Real probability : std::as_const(probabilities).row(u))
        row += fmt::format(",{}", number_text(probability));
    }
    write(row + "\n");
  }
}

class Predict : public Verb {
 public:
  void declare(OptionList& options) override {
    options.positional("MODEL", "a file that `cairn train --save` wrote", model_path_);
    options.positional("DATASET", "a folder, a file, or the name of a synthetic dataset", dataset_.spec);
    options.text("header", "auto|yes|no", "Dataset", "whether an edge list begins with a header", dataset_.header);
    options.text("coordinates", "FILE", "Dataset", "a row a node, where the model was trained with such a file",
                 coordinates_path_);
    options.text("out", "FILE", "Output", "csv with node,label; standard output if none is named", out_);
    options.flag("probabilities", "Output", "a column a class with its probability", probabilities_);
    cli::declare(options, common_);
    declare_seed(options, seed_);
    declare_dataset_names(options);
  }

  int run() override;

 private:
  struct Judgement {
    Index labeled = 0;
    double accuracy = 0;
  };
  static std::optional<Judgement> judge(const SavedModel& saved, const Dataset& dataset, const Tensor& scores);

  std::string model_path_;
  std::string coordinates_path_;
  DatasetOptions dataset_;
  CommonOptions common_;
  std::uint64_t seed_ = 0;
  std::string out_;
  bool probabilities_ = false;
};

std::optional<Predict::Judgement> Predict::judge(const SavedModel& saved, const Dataset& dataset,
                                                 const Tensor& scores) {
  const std::vector<std::int32_t> labels = labels_for(saved, dataset);
  Judgement judgement;
  Index right = 0;
  for (std::size_t u = 0; u < labels.size(); ++u) {
    if (labels[u] < 0) continue;
    ++judgement.labeled;
    if (best_class(scores.row(static_cast<Index>(u))) == static_cast<std::size_t>(labels[u])) ++right;
  }
  if (judgement.labeled == 0) return std::nullopt;
  judgement.accuracy = static_cast<double>(right) / static_cast<double>(judgement.labeled);
  return judgement;
}

int Predict::run() {
  prepare(common_);
  check_writable(out_);
  const ModelFile file(model_path_);
  const SavedModel& saved = file.model();
  if (saved.class_names.empty()) {
    throw UsageError(
        fmt::format("predict: expected a model of classes, found one trained for '{}' (`cairn embed --from` "
                    "writes its embeddings)",
                    saved.config.task));
  }
  dataset_.directed = saved.directed;
  const Dataset dataset = load_dataset(dataset_, seed_);
  const Tensor scores = file.rows(dataset, read_coordinates(coordinates_path_, dataset));
  const auto judgement = judge(saved, dataset, scores);

  if (out_.empty()) {
    write_rows(dataset, saved.class_names, scores, probabilities_,
               [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); });
  } else {
    OutputFile out(out_);
    write_rows(dataset, saved.class_names, scores, probabilities_, [&](std::string_view text) { out.write(text); });
    out.commit();
  }
  // What is said must not mix with the rows on standard output.
  const auto say = [&](const std::string& line) {
    if (!common_.quiet) std::fputs((line + "\n").c_str(), out_.empty() ? stderr : stdout);
  };
  say(fmt::format("{}: {}", dataset.name, counts_text(dataset)));
  if (judgement)
    say(fmt::format("accuracy {:.2f} % of {} labeled nodes", 100 * judgement->accuracy, grouped(judgement->labeled)));
  if (!out_.empty()) say(fmt::format("written to {}", out_));
  if (!common_.json.empty()) {
    Json json = Json::object();
    json.set("dataset", counts_json(dataset))
        .set("model", saved.config.model)
        .set("classes", Json::array_of(saved.class_names));
    json.set("labeled", judgement ? judgement->labeled : 0);
    json.set("accuracy", judgement ? Json(judgement->accuracy) : Json());
    json.set("out", out_.empty() ? Json() : Json(out_)).set("version", version());
    write_json(common_.json, json);
  }
  return 0;
}

}  // namespace

std::unique_ptr<Verb> make_predict() { return std::make_unique<Predict>(); }

}  // namespace cairn::cli
