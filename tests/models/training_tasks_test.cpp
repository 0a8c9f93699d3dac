// Every model on every task, as a run trains them: saved, loaded, resumed, on any number of threads.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/synthetic.h"
#include "models/problem.h"
#include "models/saved_model.h"
#include "models/training_cases.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

Dataset dataset_for(std::string_view task) {
  if (task == "path-sum") return make_synthetic("trees:9x12", 2);
  return make_synthetic("communities:5x8", 2);
}

TrainConfig config_for(std::string_view model, std::string_view task, Index epochs = 3) {
  TrainConfig config = default_config(model, task);
  config.epochs = epochs;
  config.hidden = 8;
  config.heads = std::min<Index>(config.heads, 2);
  config.dim = 6;
  config.path_width = 6;
  config.anchors = 4;
  config.distance_pairs = 200;
  config.seed = 5;
  return config;
}

/// The dataset as the models of a run see it.
Dataset seen_by(const TrainConfig& config, const Dataset& dataset) {
  return make_problem(dataset, config, config.seed, 0).data(dataset);
}

Tensor rows_of(const NamedTensors& file, const Dataset& dataset) {
  const SavedModel saved = load_model(file);
  const WithoutGradients without_gradients;
  return saved.model->embed(input_for(saved, file, dataset), Pass::evaluation()).value();
}

/// Stopped after `stop` epochs in all, and taken up by another.
NamedTensors interrupted(const Dataset& dataset, const TrainConfig& config, Index stop) {
  Training first(dataset, config);
  for (Index epoch = 0; epoch < stop && !first.done(); ++epoch) first.advance();
  Training second(dataset, config);
  second.resume(first.save());
  support::finish(second);
  return second.save();
}

}  // namespace

TEST_CASE("training: every model learns every task, and its file gives the same rows bit for bit",
          "[models][training][tasks]") {
  std::vector<std::string> names(model_names().begin(), model_names().end());
  names.insert(names.end(), {"gcn+gir", "gat+gir-dist+random", "sage+pgnn", "gcn+kernel-attention",
                             "gcn+kernel-attention+gir", "gat+kernel-attention+gaussian"});
  for (const std::string& name : names) {
    for (const std::string_view task : task_names()) {
      INFO(name << " " << task);
      const Dataset dataset = dataset_for(task);
      const TrainConfig config = config_for(name, task);
      Training training(dataset, config);
      support::finish(training);
      REQUIRE(training.results().size() == 1);
      CHECK_FALSE(training.results().front().test.empty());
      const NamedTensors file = training.save();
      CHECK(support::same_bits(rows_of(file, seen_by(config, dataset)), training.best_rows()));
    }
  }
}

TEST_CASE("training: every way of paths, read-out and fusion trains, and its file gives the same rows",
          "[models][training][tasks]") {
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> cases;
  for (const char* paths : {"tree", "siblings", "wave", "indication", "indication_all"}) {
    cases.push_back({"gir", {{"paths", paths}, {"path_layers", "2"}, {"path_dropout", "0.3"}}});
  }
  for (const char* read_out : {"linear", "scalar", "structure"}) {
    cases.push_back({"gir", {{"read_out", read_out}, {"anchor_width", "2"}, {"score", "dot"}}});
  }
  for (const char* fusion : {"early", "score"}) {
    cases.push_back({"gcn+sage+gir", {{"fusion", fusion}}});
    cases.push_back({"gcn+gir+random", {{"fusion", fusion}, {"score", "dot"}}});
  }
  for (const char* strategy : {"degree", "farthest", "cover", "sets"}) {
    cases.push_back({"gir", {{"anchor_strategy", strategy}, {"redraw_anchors", "epoch"}}});
  }
  cases.push_back({"gir", {{"anchor_nodes", "3,17"}, {"max_hops", "2"}, {"weighted_paths", "true"}}});
  cases.push_back({"gir", {{"redraw_negatives", "true"}}});
  for (const char* op : {"uniform", "sequence", "polynomial", "heat", "hops"}) {
    cases.push_back({"gcn+kernel-attention", {{"attention_operator", op}}});
  }
  for (const char* map : {"trigonometric", "sphere"}) {
    cases.push_back({"kernel-attention", {{"attention_map", map}, {"attention_orthogonal", "false"}}});
  }
  cases.push_back({"kernel-attention", {{"attention_normalize", "false"}, {"attention_features", "5"}}});
  cases.push_back({"kernel-attention", {{"attention_operator", "sequence"}, {"attention_causal", "true"}}});
  cases.push_back({"kernel-attention", {{"attention_shape", "5x8"}, {"attention_offsets", "3"}}});
  const Dataset dataset = dataset_for("link");
  for (const auto& [name, fields] : cases) {
    TrainConfig config = config_for(name, "link");
    std::string label = name;
    for (const auto& [field, value] : fields) {
      set_field(config, field, value);
      label += " " + field + "=" + value;
    }
    INFO(label);
    Training training(dataset, config);
    support::finish(training);
    CHECK(support::same_bits(rows_of(training.save(), seen_by(config, dataset)), training.best_rows()));
  }
}

TEST_CASE("training: along paths of hundreds of levels the first step does not throw the states away",
          "[models][training][tasks]") {
  // A weight that acts once a level, moved as on shallow graphs, makes the second loss 10^5 times the first here, and
  // no number on a grid of 800 levels. A factor of some ten is what a step may cost on shallow graphs too.
  const Dataset dataset = make_synthetic("path:400", 1);
  for (const char* paths : {"all", "siblings"}) {
    TrainConfig config = default_config("gir", "distance");
    config.features = "degree";
    config.anchors = 4;
    config.paths = paths;
    config.epochs = 3;
    Training training(dataset, config);
    support::finish(training);
    const auto loss = [&](std::size_t epoch) { return training.history()[epoch].record.train_loss; };
    INFO(paths << ": " << loss(0) << ", " << loss(1) << ", " << loss(2));
    CHECK(loss(1) < 100 * loss(0));
    CHECK(loss(2) < loss(0));
  }
}

TEST_CASE("training: with redrawn anchors, stopped after any epoch and resumed, it ends with the same file",
          "[models][training][tasks]") {
  const Dataset dataset = dataset_for("link");
  for (const char* name : {"pgnn", "gir", "gcn+gir"}) {
    TrainConfig config = config_for(name, "link", 4);
    config.redraw_anchors = "epoch";
    config.redraw_negatives = true;
    config.seeds = 2;
    const NamedTensors whole = support::trained(dataset, config);
    for (Index stop = 0; stop <= 8; ++stop) {
      INFO(name << " stopped after " << stop);
      CHECK(support::first_difference(whole, interrupted(dataset, config, stop)).empty());
    }
  }
}

TEST_CASE("training: with redrawn anchors an epoch is judged on its own, and the best one's are kept",
          "[models][training][tasks]") {
  const Dataset dataset = dataset_for("pair");
  for (const char* name : {"pgnn", "gir"}) {
    TrainConfig config = config_for(name, "pair", 8);
    config.redraw_anchors = "epoch";
    config.dropout = 0;
    Training training(dataset, config);
    support::finish(training);
    const SeedResult& result = training.results().front();
    INFO(name << ", best epoch " << result.best_epoch);
    // What was noted while training, and what the kept weights and anchors give afterwards.
    const auto& noted = training.history()[static_cast<std::size_t>(result.best_epoch - 1)].record.validation;
    CHECK(noted == result.validation);
    const Problem problem = make_problem(dataset, config, config.seed, 0);
    const Tensor rows = rows_of(training.save(), dataset);
    CHECK(problem.task->has(Part::validation));
    CHECK(support::same_bits(rows, training.best_rows()));
    // Anchors of another epoch are others.
    Training again(dataset, config);
    again.advance();
    const auto first = again.anchors()->groups;
    CHECK((first == training.anchors()->groups) == (result.best_epoch == 1));
  }
}

TEST_CASE("training: models that look from anchors, or attend, write the same file on 1, 2 and 3 threads",
          "[models][training][tasks][threads]") {
  const Dataset dataset = make_synthetic("communities:30x16", 2);  // several blocks of rows
  for (const char* name : {"gir", "gir-dist", "pgnn", "gcn+gir", "gcn+kernel-attention"}) {
    const TrainConfig config = config_for(name, "link", 2);
    std::vector<NamedTensors> files;
    for (const int threads : {1, 2, 3}) {
      const support::Threads scope(threads);
      files.push_back(support::trained(dataset, config));
    }
    INFO(name);
    CHECK(support::first_difference(files[0], files[1]).empty());
    CHECK(support::first_difference(files[0], files[2]).empty());
  }
}

TEST_CASE("training: attention that was stopped after any epoch ends with the same file", "[models][training][tasks]") {
  const Dataset dataset = make_synthetic("carry:8:graphs=15", 2);
  for (const char* name : {"kernel-attention", "gcn+kernel-attention"}) {
    TrainConfig config = config_for(name, "node", 4);
    config.seeds = 2;
    const NamedTensors whole = support::trained(dataset, config);
    for (const Index stop : {0, 1, 3, 4, 6, 8}) {
      INFO(name << " stopped after " << stop);
      CHECK(support::first_difference(whole, interrupted(dataset, config, stop)).empty());
    }
  }
}

TEST_CASE("training: a seed's figures do not depend on the seeds beside it", "[models][training][tasks]") {
  const Dataset dataset = dataset_for("link");
  TrainConfig several = config_for("gcn+gir", "link");
  several.seeds = 3;
  Training together(dataset, several);
  support::finish(together);
  TrainConfig one = config_for("gcn+gir", "link");
  one.seed = several.seed + 2;
  Training alone(dataset, one);
  support::finish(alone);
  CHECK(together.results()[2].test == alone.results()[0].test);
  CHECK(together.results()[1].test != alone.results()[0].test);
}
