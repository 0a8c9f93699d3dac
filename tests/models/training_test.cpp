#include "models/training.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/saved_model.h"
#include "models/tasks/node_classification.h"
#include "models/training_cases.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using support::first_difference;
using support::short_config;
using support::small_blocks;
using support::trained;

namespace {

/// Stopped after `stop` epochs in all, saved, taken up by another with `config`, and trained to its end.
NamedTensors interrupted(const Dataset& dataset, const TrainConfig& before, Index stop, const TrainConfig& config) {
  Training first(dataset, before);
  for (Index epoch = 0; epoch < stop && !first.done(); ++epoch) first.advance();
  Training second(dataset, config);
  second.resume(first.save());
  support::finish(second);
  return second.save();
}

double mean_test_accuracy(const Dataset& dataset, const TrainConfig& config) {
  Training training(dataset, config);
  support::finish(training);
  double sum = 0;
  for (const SeedResult& result : training.results()) sum += result.test.at("accuracy");
  return sum / static_cast<double>(training.results().size());
}

}  // namespace

TEST_CASE("training: stopped after any epoch and resumed, it ends with the same file", "[models][training]") {
  const Dataset dataset = small_blocks();
  for (const std::string_view model : {"gcn", "gat"}) {
    TrainConfig config = short_config(model, 4);
    config.seeds = 2;
    config.norm = "batch";
    const NamedTensors whole = trained(dataset, config);
    for (Index stop = 0; stop <= 8; ++stop) {
      INFO(model << " stopped after " << stop);
      CHECK(first_difference(whole, interrupted(dataset, config, stop, config)).empty());
    }
  }
}

TEST_CASE("training: early stopping is resumed as well", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig config = short_config("gcn", 200);
  config.learning_rate = 0.2;
  config.patience = 5;
  config.seeds = 2;
  Training training(dataset, config);
  support::finish(training);
  CHECK(training.results().front().epochs_run < 200);
  const Index total = static_cast<Index>(training.history().size());
  for (const Index stop : {Index{3}, training.results()[0].epochs_run, total - 1}) {
    INFO("stopped after " << stop);
    CHECK(first_difference(training.save(), interrupted(dataset, config, stop, config)).empty());
  }
}

TEST_CASE("training: more epochs for one seed end where as many at once end", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig longer = short_config("gcn", 200);
  longer.learning_rate = 0.3;  // so high that the last epoch is not the best
  TrainConfig shorter = longer;
  shorter.epochs = 150;
  Training half(dataset, shorter);
  support::finish(half);
  REQUIRE(half.results().front().best_epoch < 150);
  for (const Index stop : {13, 150}) {
    INFO("stopped after " << stop);
    CHECK(first_difference(trained(dataset, longer), interrupted(dataset, shorter, stop, longer)).empty());
  }
}

TEST_CASE("training: more seeds end where as many at once end", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig one = short_config("gcn", 4);
  TrainConfig three = one;
  three.seeds = 3;
  for (const Index stop : {2, 4}) {
    INFO("stopped after " << stop);
    CHECK(first_difference(trained(dataset, three), interrupted(dataset, one, stop, three)).empty());
  }
}

TEST_CASE("training: what would end elsewhere is not resumed", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig config = short_config("gcn", 6);
  config.seeds = 2;
  Training done(dataset, config);
  support::finish(done);
  const NamedTensors file = done.save();
  const auto refuses = [&](const TrainConfig& other, const char* word) {
    Training training(dataset, other);
    CHECK_THROWS_AS(training.resume(file), UsageError);
    CHECK_THROWS_WITH(training.resume(file), Catch::Contains(word));
  };
  for (const ConfigField& field : config_fields()) {
    if (field.name == "epochs" || field.name == "seeds" || field.name == "patience") continue;
    INFO(field.name);
    TrainConfig other = config;
    if (field.name == "learning_rate") other.learning_rate = 0.02;
    if (field.name == "hidden") other.hidden = 5;
    if (field.name == "seed") other.seed = 9;
    if (field.name == "train_ratio") other.train_ratio = 0.5;
    if (field_text(other, field) != field_text(config, field)) refuses(other, std::string(field.name).c_str());
  }
  TrainConfig other = config;
  other.epochs = 8;
  refuses(other, "several seeds");
  other = config;
  other.epochs = 3;
  refuses(other, "6 epochs are done");
  other = config;
  other.seeds = 1;
  refuses(other, "2 seeds are finished");
  const Dataset larger = small_blocks("nodes=121,classes=3,features=30");
  Training elsewhere(larger, config);
  CHECK_THROWS_WITH(elsewhere.resume(file), Catch::Contains("another dataset"));

  TrainConfig cosine = short_config("gcn", 6);
  cosine.schedule = "cosine";
  const NamedTensors half = trained(dataset, cosine);
  cosine.epochs = 8;
  Training longer(dataset, cosine);
  CHECK_THROWS_WITH(longer.resume(half), Catch::Contains("cosine"));
}

TEST_CASE("training: less patience than a seed has used up ends it", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig impatient = short_config("gcn", 300);
  impatient.learning_rate = 0.2;
  impatient.patience = 3;
  Training short_run(dataset, impatient);
  support::finish(short_run);
  const std::size_t epochs = short_run.history().size();
  REQUIRE(epochs < 300);

  TrainConfig patient = impatient;
  patient.patience = 100;
  Training first(dataset, patient);
  while (first.history().size() < epochs) first.advance();
  REQUIRE(!first.done());
  Training second(dataset, impatient);
  second.resume(first.save());
  CHECK(second.done());
  CHECK(first_difference(short_run.save(), second.save()).empty());
}

TEST_CASE("training: the file holds the weights of the seed that validates best", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig config = short_config("gcn", 12);
  config.seeds = 4;
  config.train_ratio = 0.1;
  Training training(dataset, config);
  support::finish(training);
  const auto& results = training.results();
  const auto best = std::max_element(results.begin(), results.end(), [](const SeedResult& a, const SeedResult& b) {
    return std::pair(a.quality.score, a.quality.tie_break) < std::pair(b.quality.score, b.quality.tie_break);
  });
  const SavedModel saved = load_model(training.save());
  const WithoutGradients without_gradients;
  const Tensor scores = saved.model->embed(prepare_input(dataset, saved.plan), Pass::evaluation()).value();
  Rng rng = Rng(best->seed).split("split");
  const Split split = make_split(
      dataset.labels, {},
      {.train_ratio = config.train_ratio, .validation_ratio = config.validation_ratio, .test_ratio = config.test_ratio},
      rng);
  const Metrics test = NodeClassification(dataset.labels, 3, split).evaluate(scores, Part::test);
  CHECK(test.at("accuracy") == best->test.at("accuracy"));
  CHECK(test.at("cross_entropy") == best->test.at("cross_entropy"));
}

TEST_CASE("training: seeds take the dataset's splits in turn", "[models][training]") {
  Dataset dataset = small_blocks();
  std::vector<NodeId> nodes(120);
  std::iota(nodes.begin(), nodes.end(), 0);
  // In the first split there is one test node, in the second two: accuracies are halves only there.
  const auto with_tests = [&](std::ptrdiff_t count) {
    return Split{.train = {nodes.begin(), nodes.begin() + 60},
                 .validation = {nodes.begin() + 60, nodes.end() - count},
                 .test = {nodes.end() - count, nodes.end()}};
  };
  dataset.splits = {with_tests(1), with_tests(2)};
  TrainConfig config = short_config("mlp", 3);
  config.seeds = 5;
  Training whole(dataset, config);
  support::finish(whole);
  for (std::size_t i = 0; i < 2; ++i) {
    Dataset single = dataset;
    single.splits = {dataset.splits[i]};
    Training training(single, config);
    support::finish(training);
    for (std::size_t seed = i; seed < 5; seed += 2) {
      CHECK(whole.results()[seed].test == training.results()[seed].test);
    }
    CHECK(whole.results()[1 - i].test.at("cross_entropy") != training.results()[1 - i].test.at("cross_entropy"));
  }
}

TEST_CASE("training: every model gives the same file with 1, 2 and 3 threads", "[models][training]") {
  // 3,000 nodes of width 8 and more: every kernel has several blocks.
  const Dataset dataset = small_blocks("nodes=3000,classes=4,features=200,degree=10");
  for (const std::string_view model : model_names()) {
    TrainConfig config = short_config(model, 3);
    config.hidden = 16;
    config.norm = "batch";
    NamedTensors expected;
    for (const int count : {1, 2, 3}) {
      INFO(model << " with " << count << " threads");
      const support::Threads threads(count);
      const NamedTensors found = trained(dataset, config);
      if (count == 1) expected = found;
      CHECK(first_difference(expected, found).empty());
    }
  }
}

TEST_CASE("training: the same seed gives the same file, another seed another", "[models][training]") {
  const Dataset dataset = small_blocks();
  TrainConfig config = short_config("gcn");
  const NamedTensors first = trained(dataset, config);
  CHECK(first_difference(first, trained(dataset, config)).empty());
  config.seed = 1;
  CHECK(first_difference(first, trained(dataset, config)).starts_with("config.seed"));
}

TEST_CASE("training: the graph adds much where neighbors share a class, and mlp does not see it",
          "[models][training]") {
  const Dataset dataset =
      make_synthetic("sbm:nodes=600,classes=4,degree=10,homophily=0.9,features=80,words=8,signal=0.2", 3);
  TrainConfig config = default_config("gcn");
  config.train_per_class = 20;
  config.validation_count = 100;
  config.test_count = 0;
  config.epochs = 100;
  const double gcn = mean_test_accuracy(dataset, config);
  config.model = "mlp";
  const double mlp = mean_test_accuracy(dataset, config);
  INFO("gcn " << gcn << ", mlp " << mlp);
  CHECK(gcn > 0.85);
  CHECK(gcn > mlp + 0.25);
  CHECK(mlp > 0.3);  // above chance: the words say a little

  // The control: edges that know nothing of the classes add nothing.
  Dataset blind = dataset;
  blind.graph = make_synthetic("er:600:degree=10", 8).graph;
  config.model = "gcn";
  const double without = mean_test_accuracy(blind, config);
  INFO("gcn on random edges " << without);
  CHECK(without < mlp + 0.05);
}

TEST_CASE("training: mlp is at chance where features say nothing", "[models][training]") {
  const Dataset dataset = make_synthetic("sbm:nodes=2000,classes=4,homophily=0.9,features=80,signal=0", 3);
  TrainConfig config = default_config("mlp");
  config.epochs = 50;
  config.seeds = 3;
  // 400 test nodes, three times: chance is 0.25 with a standard error below 0.013.
  CHECK(mean_test_accuracy(dataset, config) < 0.25 + 4 * 0.013);
}

TEST_CASE("training: a graph without features is learned from one-hot ids", "[models][training]") {
  const Dataset dataset = make_synthetic("communities:6x12", 1);
  TrainConfig config = default_config("gcn");
  config.epochs = 60;
  CHECK(mean_test_accuracy(dataset, config) > 0.8);
}

TEST_CASE("training: history has a row an epoch, with validation figures", "[models][training]") {
  TrainConfig config = short_config("gcn", 4);
  config.seeds = 2;
  const Dataset dataset = small_blocks();
  Training watched(dataset, config);
  support::finish(watched);
  REQUIRE(watched.history().size() == 8);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(watched.history()[i].seed == i / 4);
    CHECK(watched.history()[i].record.epoch == static_cast<Index>(i % 4) + 1);
    CHECK(watched.history()[i].record.validation.count("accuracy") == 1);
  }
}

TEST_CASE("training: a dataset without labels and a model without a name are refused", "[models][training]") {
  const Dataset bare = make_synthetic("grid:4x4", 1);
  CHECK_THROWS_AS(Training(bare, default_config("gcn")), InputError);
  CHECK_THROWS_WITH(Training(bare, default_config("gcn")), Catch::Contains("labels"));
  const Dataset dataset = small_blocks();
  TrainConfig config = default_config("gcn");
  config.model = "gcm";
  CHECK_THROWS_AS(Training(dataset, config), UsageError);
  config = default_config("gcn");
  config.dropout = 1;
  CHECK_THROWS_AS(Training(dataset, config), UsageError);
}
